import type { Scenario } from '../src/scenario.js'
import { watchSteps } from '../src/workloads/watch.js'

const common = {
  metric: 'latency',
  counts: 'change',
  tool: 'python3',
  path: 'shared',
  group: 'lesson',
  parties: ['outside'],
} as const

export const liveReloadEvent: Scenario = {
  ...common,
  id: 'live-reload-event',
  question: 'How soon does a program in the container hear that a file was saved on the host?',
  isolates:
    'A file is saved on the host as editors do, written beside and renamed; a program in the container waits for the event (inotify) and reads it. The time is from just before the save to the end of the read.',
  caveat:
    'Only the news: a compiler or a server that starts again comes on top. A change that is not heard of is a failure.',
  steps: (parameters) => watchSteps(parameters, { how: 'event', writer: 'outside' }),
}

export const liveReloadPoll: Scenario = {
  ...common,
  id: 'live-reload-poll',
  question: 'How soon does a program that polls see that a file was saved on the host?',
  isolates:
    'A file is saved on the host as editors do, written beside and renamed; a program in the container looks with stat every 5 ms and reads it. The time is from just before the save to the end of the read.',
  caveat:
    'Mostly the interval: 2.5 ms on average of the 5. Tools that poll take 100 ms or more, and use the processor all the time.',
  steps: (parameters) => watchSteps(parameters, { how: 'poll', writer: 'outside' }),
}
