import type { ComparisonRecord } from '../model.js'
import { threeDigits } from '../units.js'

/** `0.98x`, `1.82x`, `35.2x`, `680x`. */
export function ratioText(ratio: number): string {
  return `${ratio >= 0.1 && ratio < 10 ? ratio.toFixed(2) : threeDigits(ratio)}x`
}

/** A fraction as a percentage with up to three digits: `5%`, `7.5%`. */
export const percentText = (fraction: number) => `${Number((fraction * 100).toPrecision(3))}%`

const number = (ratio: number) => ratioText(ratio).slice(0, -1)

/** `[0.83, 1.19]`. */
export const intervalText = (low: number, high: number) => `[${number(low)}, ${number(high)}]`

/** A comparison in words: verdict first, its interval after it. `threshold` as a fraction. */
export function verdictText(
  comparison: ComparisonRecord,
  threshold: number,
): { verdict: string; interval: string | null } {
  const { ratio, low, high, verdict, roundsToResolve, n } = comparison
  const interval = low === null || high === null ? null : intervalText(low, high)
  const turned = low === null || high === null ? null : intervalText(1 / high, 1 / low)
  const more = roundsToResolve !== null && roundsToResolve > n ? `; about ${roundsToResolve - n} more rounds` : ''
  switch (verdict) {
    case 'faster':
      return { verdict: `${ratioText(ratio)} faster`, interval }
    case 'slower':
      return { verdict: `${ratioText(1 / ratio)} slower`, interval: turned }
    case 'below-threshold':
      return ratio >= 1
        ? {
            verdict: `${ratioText(ratio)} faster`,
            interval: `${interval}, below the ${percentText(threshold)} threshold`,
          }
        : {
            verdict: `${ratioText(1 / ratio)} slower`,
            interval: `${turned}, below the ${percentText(threshold)} threshold`,
          }
    case 'same':
      return { verdict: `same within ${percentText(threshold)}`, interval }
    default:
      return { verdict: 'not told apart', interval: interval === null ? `too few rounds${more}` : `${interval}${more}` }
  }
}
