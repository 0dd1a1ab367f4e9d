/** Turns a share of a chart's width, 0 to 1, into a coordinate. */
export type Place = (share: number) => string

/** A number as it is written into SVG: short, and the same everywhere. */
export const short = (value: number): string => String(Number(value.toFixed(2)))

/** Coordinates that follow the width of the page. */
export const percent: Place = (share) => `${short(share * 100)}%`

/** Coordinates in a drawing of fixed width, from `left`. */
export const pixels =
  (left: number, width: number): Place =>
  (share) =>
    short(left + share * width)
