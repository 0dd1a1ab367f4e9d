import { METRICS, type MetricId, type NoiseFlag, type Trial } from './model.js'
import { twoModes } from './statistics/modes.js'
import { drift, noisiness, outliers, steadiness } from './statistics/noise.js'
import { formatValue } from './units.js'

/** What is odd about the rounds of one cell, in their order: said, never deleted. `trials` are the measured ones with a sample. */
export function noiseOf(trials: readonly Trial[], metric: MetricId): NoiseFlag[] {
  const values = trials.map(({ sample }) => sample?.metrics[metric] ?? Number.NaN)
  return [...outlierFlags(trials, values, metric), ...seriesFlags(values, metric)]
}

function outlierFlags(trials: readonly Trial[], values: readonly number[], metric: MetricId): NoiseFlag[] {
  return outliers(values).map(({ index, value }) => {
    const trial = trials[index]
    const cause = trial && causeOf(trial)
    const text = `round ${(trial?.round ?? index) + 1} was ${formatValue(METRICS[metric].unit, value)}${cause ? `: ${cause}` : ''}`
    return { code: 'outlier', text, round: trial?.round ?? index }
  })
}

function seriesFlags(values: readonly number[], metric: MetricId): NoiseFlag[] {
  const flags: NoiseFlag[] = []
  const add = (code: NoiseFlag['code'], text: string) => flags.push({ code, text, round: null })
  const noisy = noisiness(values)
  if (noisy?.noisy) add('noisy', `the rounds differ by ${Math.round(noisy.cv * 100)}% (standard deviation over mean)`)
  if (steadiness(values)?.steady === false) add('not-steady', 'the last five rounds had not settled')
  const drifting = drift(values)
  if (drifting?.drifts) add('drift', `the rounds ${drifting.rho > 0 ? 'rise' : 'fall'} from first to last`)
  const modes = twoModes(values)
  if (modes) {
    const [low, high] = [modes.low, modes.high].map((mode) => formatValue(METRICS[metric].unit, mode.median))
    add('two-modes', `the rounds are of two kinds, about ${low} and about ${high}`)
  }
  return flags
}

/** Shares of a trial's time, and bytes, from which on something else was going on. */
const MUCH_STALLED = 0.5
const MUCH_STOLEN = 0.05
const MUCH_DIRTY = 64 * 2 ** 20

/** What the kernel counted while a trial ran that may explain it; null when nothing stands out. */
function causeOf({ kernel, quiet, wallSeconds, sample }: Trial): string | null {
  const causes: string[] = []
  const stolen = kernel?.stealSeconds ?? 0
  if (stolen > MUCH_STOLEN * wallSeconds)
    causes.push(`the hypervisor took ${formatValue('s', stolen)} of processor time`)
  const others = (kernel?.deviceReadBytes ?? 0) + (kernel?.deviceWrittenBytes ?? 0) - 3 * (sample?.bytes ?? 0)
  if (others > MUCH_DIRTY) causes.push('others used the disk')
  const stalled = kernel?.ioStallSeconds ?? 0
  if (stalled > MUCH_STALLED * wallSeconds) causes.push('something waited for I/O most of the time')
  if ((quiet?.dirtyBytes ?? 0) > MUCH_DIRTY) causes.push('earlier writes had not reached the disk')
  return causes.length > 0 ? causes.join(', ') : null
}
