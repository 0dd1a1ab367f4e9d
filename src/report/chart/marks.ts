import {
  type SymbolType,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from 'd3-shape'
import { type Attributes, element, type Markup } from '../html/markup.js'
import { type Place, short } from './place.js'

/** Shapes tell targets apart where colours cannot; seven, so that with six colours no pair repeats before the 42nd target. */
const SHAPES: readonly SymbolType[] = [
  symbolSquare,
  symbolCircle,
  symbolTriangle,
  symbolDiamond,
  symbolCross,
  symbolStar,
  symbolWye,
]
/** As many as the style has colours: `.c0` to `.c5`. */
export const COLORS = 6

/** The colour class of the target with this number. */
export const colorOf = (series: number) => `c${series % COLORS}`

/** The outline of the shape of a target, around 0,0; `size` is its area in square pixels. */
export function shapeOf(series: number, size: number): string {
  const path = symbol(SHAPES[series % SHAPES.length] ?? symbolCircle, size)() ?? ''
  return path.replaceAll(/-?\d+\.\d+/g, (number) => short(Number(number)))
}

/** The shape of a target at a place; `title` is what it shows when pointed at. */
export function mark(
  series: number,
  x: string,
  y: number,
  size: number,
  more: Attributes = {},
  title?: string,
): Markup {
  return element(
    'svg',
    { x, y, overflow: 'visible', class: `mark ${colorOf(series)}`, ...more },
    element('path', { d: shapeOf(series, size) }, title === undefined ? null : element('title', {}, title)),
  )
}

/** The shape of a target as it stands beside its name. */
export const key = (series: number): Markup =>
  element(
    'svg',
    { class: `key ${colorOf(series)}`, width: 14, height: 14, viewBox: '-7 -7 14 14', 'aria-hidden': 'true' },
    element('path', { d: shapeOf(series, 64) }),
  )

/** A value with its interval; null ends draw the value alone. All are shares of the width. */
export function dotWithInterval(
  series: number,
  place: Place,
  y: number,
  { low, value, high }: { low: number | null; value: number; high: number | null },
  title: string,
): Markup[] {
  const dot = mark(series, place(value), y, 70, { 'data-share': short(value * 1000) }, title)
  if (low === null || high === null) return [dot]
  const ends = { y1: y - 4, y2: y + 4 }
  return [
    element(
      'g',
      { class: `interval ${colorOf(series)}` },
      element('line', { x1: place(low), x2: place(high), y1: y, y2: y }),
      element('line', { x1: place(low), x2: place(low), ...ends }),
      element('line', { x1: place(high), x2: place(high), ...ends }),
    ),
    dot,
  ]
}
