import type { Scenario } from '../src/scenario.js'
import { writersSteps } from '../src/workloads/records.js'

const common = { metric: 'iops', counts: 'record', tool: 'python3', path: 'durable', group: 'lesson' } as const

export const singleWriter: Scenario = {
  ...common,
  id: 'single-writer',
  question: 'How many safe records per second does one container append?',
  isolates:
    'Records of 128 bytes with O_APPEND, each followed by fsync: what shared-writers is to be held against. Afterwards every record is there once and whole.',
  caveat: 'One writer in Python: between two records there are some microseconds that are not of the mount.',
  steps: (parameters) => writersSteps(parameters, 1),
}

export const sharedWriters: Scenario = {
  ...common,
  id: 'shared-writers',
  question: 'How many safe records per second do two containers append to one file at once?',
  isolates:
    'Two containers with the same mount append records of 128 bytes with O_APPEND and fsync each, at the same time; the figure is of both together. Afterwards every record is there once and whole.',
  caveat: 'Both are on one machine and one kernel: it says nothing of a mount that two machines share.',
  parties: ['second'],
  steps: (parameters) => writersSteps(parameters, 2),
}
