import type { Run, Trial } from '../model.js'

type Told = Pick<Run, 'trials' | 'warnings'>

/** A run with its trials, a line each: what `readRun` reads, and `mountbench schema` describes. */
export const jsonReport = ({ trials, warnings, ...record }: Run): string =>
  `${jsonHead(record)}${jsonTrials(trials, true)}${jsonTail(warnings)}\n`

/** Several runs as an array. */
export const jsonOf = (runs: readonly Run[]): string =>
  `[${runs.map((run) => jsonReport(run).trimEnd()).join(',\n')}]\n`

/** All that stands before the trials. Warnings come after them: some are known only when all trials were read. */
export const jsonHead = (record: Omit<Run, keyof Told>): string =>
  `${JSON.stringify(record, null, 1).slice(0, -2)},\n "trials": [`

/** A part of the trials; `first` when there was none before it. */
export const jsonTrials = (trials: readonly Trial[], first: boolean): string =>
  trials.map((trial, index) => `${first && index === 0 ? '' : ','}\n  ${JSON.stringify(trial)}`).join('')

/** What stands after the trials. */
export const jsonTail = (warnings: readonly string[]): string => `\n ],\n "warnings": ${JSON.stringify(warnings)}\n}`
