import { scaleLog } from 'd3-scale'

/** A log axis: where a value stands, as a share of the width, and the values that are named on it. */
export interface Axis {
  at: (value: number) => number
  ticks: readonly number[]
}

/** Least distance of two named values, as a share of the width: on a phone their labels still stand apart. */
const TICK_GAP = 0.13
/** What is named first where there is room: powers of ten, then 2 and 5, then the rest. */
const MANTISSAS = [[1], [2, 5], [3], [1.5], [1.2, 7, 8], [1.1, 1.25, 9]] as const
/** Room on both sides of the outermost value, as a factor. */
const MARGIN = 1.15
/** Ratios this near to 1 are always on the axis. */
const LEAST = 1.25

/** The axis of ratios: 1 is on it and named. Empty and without a difference it goes from 0.8 to 1.25. */
export function ratioAxis(ratios: readonly number[]): Axis {
  return logAxis([1 / LEAST, ...ratios, LEAST], [1])
}

/** A log axis that holds all values, which are above 0; `first` are named before all others. */
export function logAxis(values: readonly number[], first: readonly number[] = []): Axis {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY) / MARGIN
  const high = values.reduce((most, value) => Math.max(most, value), 0) * MARGIN
  const scale = scaleLog().domain([low, high]).range([0, 1])
  return { at: scale, ticks: ticksOf(low, high, first, scale) }
}

function ticksOf(low: number, high: number, first: readonly number[], at: (value: number) => number): number[] {
  const chosen: number[] = []
  for (const tick of [...first, ...candidates(low, high)]) {
    if (chosen.every((other) => Math.abs(at(other) - at(tick)) >= TICK_GAP)) chosen.push(tick)
  }
  return chosen.toSorted((a, b) => a - b)
}

/** Round values between two, the roundest first. */
function candidates(low: number, high: number): number[] {
  const powers: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) powers.push(power)
  return MANTISSAS.flatMap((group) =>
    powers.flatMap((power) => group.map((mantissa) => round(mantissa, power))),
  ).filter((value) => value >= low && value <= high)
}

/** Through text, as 1.2 * 10 ** -1 is not 0.12. */
const round = (mantissa: number, power: number) => Number(`${mantissa}e${power}`)
