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
    expect(lines(round(0))[1]).toContain('about 1 min 20 s left')
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

  test('a scenario a line, with rounds done, the median of the reference, the ratio so far, and the time left', () => {
    const text = frames([...round(0, { phase: 'warmup' }), ...round(0)]).at(-2)!
    const line = text.split('\n').find((candidate) => candidate.startsWith('seq-write '))
    expect(line).toMatch(/1\/2 .*100 MiB\/s .*30\.0x$/)
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

describe('until the precision is reached', () => {
  const given = { mounts: ['volume', 'bind'], scenarios: ['seq-write'], minRounds: 8, maxRounds: 32 }
  /** The last words of progress after `rounds` rounds of ten seconds a trial, in which bind is `ratio(round)` times as fast. */
  function standing(rounds: number, ratio: (round: number) => number, terminal = false) {
    const clock = fakeClock()
    const stderr = fakeStream({ terminal })
    const progress = createProgress({ stderr, now: clock.now })
    progress.started(plan(given), 'run-1')
    for (let number = 0; number < rounds; number++)
      for (const target of ['volume', 'bind']) {
        clock.advance(10)
        progress.trial(bandwidthTrial(100 * MIB * (target === 'bind' ? ratio(number) : 1), { round: number, target }))
      }
    return (terminal ? stderr.frames.at(-1)! : stderr.text()).trimEnd().split('\n')
  }
  const even = () => 1
  const uneven = (round: number) => (round % 2 === 0 ? 1.06 : 0.94)
  const wild = (round: number) => (round % 2 === 0 ? 2 : 0.5)
  const far = (round: number) => (round % 2 === 0 ? 20 : 30)

  test.each([
    ['at the least rounds when it is precise', 6, even, /about 40 s left$/],
    ['finished when it was', 8, even, /finishing$/],
    ['more rounds when it is not', 8, uneven, /about 1 min 20 s left$/],
    ['no more than the most', 8, wild, /about 8 min 0 s left$/],
    ['none when it is far beyond the threshold', 8, far, /finishing$/],
  ])('%s', (_, rounds, ratio, words) => {
    expect(standing(rounds, ratio).at(-1)).toMatch(words)
  })

  test('the ratio so far, with its interval as soon as there is one', () => {
    expect(standing(5, even).at(-1)).toContain('bind 100 MiB/s (so far 1.00x);')
    expect(standing(8, wild).at(-1)).toContain('bind 50.0 MiB/s (so far 1.00x [0.50, 2.00]);')
    expect(standing(8, wild, true)[1]).toMatch(/^seq-write +8\/32 +100 MiB\/s +1\.00x \[0\.50, 2\.00\]$/)
  })
})

test('a scenario that was passed over takes no time', () => {
  const second = [
    ...round(0, { scenario: 'seq-write-direct', phase: 'warmup' }),
    ...round(0, { scenario: 'seq-write-direct' }),
  ]
  expect(shown(second).text().trimEnd()).toMatch(/about 20 s left$/)
})

test('memory has no ratio past the page cache', () => {
  const trials = round(0, { scenario: 'seq-write-direct' })
  expect(shown(trials).text()).not.toContain('so far')
  expect(shown(round(0)).text()).toContain('so far 30.0x')
})
