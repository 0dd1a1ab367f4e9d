/** How far the rounds of one comparison depend on each other, and what that did to its interval. */
export interface Dependence {
  /** Lag-1 autocorrelation of g in round order, as measured. */
  lag1: number
  /** How many times the variance of independent rounds; 1 when the interval was left as it is. */
  inflation: number
  /** n / inflation: how many independent rounds these are worth. */
  effectiveRounds: number
}
