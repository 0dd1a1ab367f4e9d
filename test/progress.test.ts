import { describe, expect, test } from 'vitest'
import type { Trial } from '../src/model.js'
import { createProgress } from '../src/progress.js'
import { bandwidthTrial, failedTrial, MIB, plan } from './builders.js'
import { type FakeStream, fakeClock, fakeStream } from './fake.js'

const planned = plan({ mounts: ['volume', 'tmpfs'], scenarios: ['seq-write', 'seq-write-direct'], rounds: 2 })

/** Progress that is told of trials, ten seconds apart. */
function shown(trials: Trial[], stderr: FakeStream = fakeStream(), ends = true) {
  const clock = fakeClock()
  const progress = createProgress({ stderr, now: clock.now })
  progress.started(planned, 'run-1')
  for (const trial of trials) {
    clock.advance(10)
    progress.trial(trial)
  }
  if (ends) progress.done()
  return stderr
}

const round = (number: number, more: Partial<Trial> = {}) => [
  bandwidthTrial(100 * MIB, { round: number, ...more }),
  bandwidthTrial(3000 * MIB, { round: number, target: 'tmpfs', ...more }),
]

describe('without a terminal', () => {
  const lines = (trials: Trial[]) => shown(trials).text().trimEnd().split('\n')

  test('first what is planned', () => {
    expect(lines([])).toEqual(['run run-1: 2 scenarios on volume, tmpfs; 2 rounds, one more to warm up'])
  })

  test('and how many rounds at the least, when they may end early', () => {
    const stderr = fakeStream()
    const given = { mounts: ['volume', 'tmpfs'], scenarios: ['seq-write'], minRounds: 12, maxRounds: 32 }
    createProgress({ stderr, now: () => 0 }).started(plan(given), 'run-1')
    expect(stderr.text()).toBe('run run-1: 1 scenarios on volume, tmpfs; 12 to 32 rounds, one more to warm up\n')
  })

  test('then a line for each finished round', () => {
    const [, warm, first, second] = lines([...round(0, { phase: 'warmup' }), ...round(0), ...round(1)])
    expect(warm).toContain('seq-write warm-up: volume 100 MiB/s, tmpfs 2.93 GiB/s')
    expect(first).toContain('seq-write round 1/2')
    expect(second).toContain('seq-write round 2/2')
  })

  test('not before it is finished, or the run is over', () => {
    const first = round(0).slice(0, 1)
    expect(shown(first, fakeStream(), false).text()).not.toContain('round 1/2')
    expect(shown(first).text()).toContain('round 1/2')
  })

  test('with the time left', () => {
    expect(lines(round(0))[1]).toContain('about 1 min 40 s left')
  })

  test('what failed says failed', () => {
    const [good, bad] = [round(0)[0]!, failedTrial('full', { target: 'tmpfs' })]
    expect(lines([good, bad])[1]).toContain('tmpfs failed')
  })

  test('a target that is skipped in a scenario does not silence its rounds', () => {
    const alone = [0, 1].map((number) => bandwidthTrial(100 * MIB, { scenario: 'seq-write-direct', round: number }))
    const next = round(0)
    const said = lines([...alone, ...next]).join('\n')
    expect(said).toContain('seq-write-direct round 1/2')
    expect(said).toContain('seq-write round 1/2')
  })

  test('no escape sequence', () => {
    expect(shown(round(0)).text()).not.toContain('\u001b')
  })
})

describe('on a terminal', () => {
  const frames = (trials: Trial[]) => shown(trials, fakeStream({ terminal: true })).frames

  test('a block is redrawn after each trial, and stands at the end', () => {
    const drawn = frames(round(0))
    expect(drawn).toHaveLength(3)
    expect(drawn.at(-1)).toBe('done')
  })

  test('a scenario a line, with rounds done and medians so far, and the time left', () => {
    const text = frames([...round(0, { phase: 'warmup' }), ...round(0)]).at(-2)!
    const line = text.split('\n').find((candidate) => candidate.startsWith('seq-write '))
    expect(line).toMatch(/1\/2.*100 MiB\/s.*2\.93 GiB\/s/)
    expect(text.split('\n').find((candidate) => candidate.startsWith('seq-write-direct'))).toMatch(/0\/2/)
    expect(text).toMatch(/left$/)
  })

  test('warm-ups are no figures', () => {
    expect(frames(round(0, { phase: 'warmup' })).at(-2)).not.toContain('MiB/s')
  })
})

test('at the end there is no time left', () => {
  const both = ['seq-write', 'seq-write-direct'].flatMap((scenario) => [
    ...round(0, { scenario, phase: 'warmup' }),
    ...round(0, { scenario }),
    ...round(1, { scenario }),
  ])
  expect(shown(both).text().trimEnd()).toMatch(/finishing$/)
})
