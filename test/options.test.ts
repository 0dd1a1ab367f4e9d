import { describe, expect, test } from 'vitest'
import { scenarios } from '../scenarios/index.js'
import { completeOptions, PROFILES } from '../src/options.js'
import { allIds, MIB } from './builders.js'

const complete = (given: Parameters<typeof completeOptions>[0]) => completeOptions(given, scenarios, 42)
const idsOf = (group: string) => scenarios.filter((scenario) => scenario.group === group).map(({ id }) => id)

test('nothing given: the standard profile on volume, bind and tmpfs, the core scenarios', () => {
  expect(complete({})).toEqual({
    profile: 'standard',
    engine: 'auto',
    scenarios: idsOf('core'),
    mounts: ['volume', 'bind', 'tmpfs'],
    reference: 'volume',
    minRounds: 12,
    maxRounds: 32,
    precision: 0.05,
    threshold: 0.05,
    aa: false,
    sizeBytes: 256 * MIB,
    durationSeconds: 1,
    maxTimeSeconds: null,
    scenarioSeconds: null,
    trialTimeoutSeconds: 120,
    fresh: false,
    image: null,
    pull: 'missing',
    seed: 42,
  })
})

test('the quick profile is four scenarios', () => {
  expect(complete({ profile: 'quick' }).scenarios).toEqual(['dd-write', 'seq-write', 'fsync-latency', 'small-files'])
})

test.each(Object.keys(PROFILES) as (keyof typeof PROFILES)[])(
  '%s is complete, and what is given wins over it',
  (profile) => {
    expect(complete({ profile })).toMatchObject({
      profile,
      minRounds: PROFILES[profile].minRounds,
      maxRounds: PROFILES[profile].maxRounds,
      sizeBytes: PROFILES[profile].sizeBytes,
    })
    const given = {
      profile,
      minRounds: 3,
      maxRounds: 4,
      precision: 0.1,
      threshold: 0.02,
      aa: true,
      sizeBytes: MIB,
      durationSeconds: 0.5,
      seed: 9,
      scenarios: ['metadata'],
      mounts: ['host'],
    }
    expect(complete(given)).toMatchObject({ ...given, reference: 'host' })
  },
)

describe('words for several scenarios', () => {
  const lesson = { id: 'a-lesson', group: 'lesson' as const }
  const chosen = (words: string[], more: { id: string; group: 'core' | 'lesson' }[] = []) =>
    completeOptions({ scenarios: words }, [...scenarios, lesson, ...more], 1).scenarios

  test.each<[string[], string[]]>([
    [['core'], idsOf('core')],
    [['lesson'], [...idsOf('lesson'), 'a-lesson']],
    [['all'], [...allIds, 'a-lesson']],
    [
      ['a-lesson', 'seq-write'],
      ['seq-write', 'a-lesson'],
    ],
    [
      ['core', 'a-lesson', 'seq-write'],
      [...idsOf('core'), 'a-lesson'],
    ],
  ])('%j', (words, expected) => {
    expect(chosen(words).toSorted()).toEqual(expected.toSorted())
    expect(chosen(words)).toEqual([...allIds, 'a-lesson'].filter((id) => expected.includes(id)))
  })

  test('a scenario of the user with such a name is meant by it', () => {
    expect(chosen(['all'], [{ id: 'all', group: 'core' }])).toEqual(['all'])
  })

  test.each([
    ['lessen', "did you mean 'lesson'?"],
    ['al', "did you mean 'all'?"],
    ['seq-writ', "did you mean 'seq-write'?"],
  ])('%s: unknown, with the nearest', (word, hint) => {
    expect(() => chosen([word])).toThrow(expect.objectContaining({ message: `unknown scenario '${word}'`, hint }))
  })
})

describe('the least and the most rounds', () => {
  test.each<[Parameters<typeof completeOptions>[0], number, number]>([
    [{}, 12, 32],
    [{ profile: 'quick' }, 12, 32],
    [{ profile: 'thorough' }, 24, 64],
    [{ rounds: 5 }, 5, 5],
    [{ rounds: 100 }, 100, 100],
    [{ minRounds: 8 }, 8, 32],
    [{ minRounds: 40 }, 40, 40],
    [{ maxRounds: 100 }, 12, 100],
    [{ maxRounds: 8 }, 8, 8],
    [{ minRounds: 8, maxRounds: 16 }, 8, 16],
    [{ minRounds: 9, maxRounds: 9 }, 9, 9],
    [{ profile: 'quick', minRounds: 20 }, 20, 32],
    [{ profile: 'quick', maxRounds: 20 }, 12, 20],
  ])('%j: %d to %d', (given, minRounds, maxRounds) => {
    expect(complete(given)).toMatchObject({ minRounds, maxRounds })
    expect(complete(given)).not.toHaveProperty('rounds')
  })
})

test('scenarios run in the order of the list, each once, however they were typed', () => {
  expect(complete({ scenarios: ['metadata', 'dd-write', 'metadata'] }).scenarios).toEqual(['dd-write', 'metadata'])
})

test('a long trial gets a long time limit', () => {
  expect(complete({ durationSeconds: 60 }).trialTimeoutSeconds).toBe(600)
  expect(complete({ durationSeconds: 60, trialTimeoutSeconds: 5 }).trialTimeoutSeconds).toBe(5)
})

describe('refused', () => {
  test.each([
    [{ scenarios: ['seq-wirte'] }, "unknown scenario 'seq-wirte'", "did you mean 'seq-write'?"],
    [{ mounts: ['volumes'] }, "unknown mount type 'volumes'", "did you mean 'volume'?"],
    [{ reference: 'bidn' }, "unknown reference 'bidn'", "did you mean 'bind'?"],
    [{ minRounds: 9, maxRounds: 8 }, '--min-rounds 9 is more than --max-rounds 8', ''],
    [
      { rounds: 9, maxRounds: 12 },
      '--rounds is a fixed number, which --min-rounds and --max-rounds contradict',
      'leave one',
    ],
    [{ sizeBytes: MIB + 1 }, 'is not a whole number of MiB', '64m'],
  ])('%j', (given, message, hint) => {
    expect(() => complete(given)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: expect.stringContaining(message),
        hint: hint === '' ? undefined : expect.stringContaining(hint),
      }),
    )
  })

  test.each([
    { rounds: 0 },
    { rounds: -1 },
    { rounds: 2.5 },
    { minRounds: 0 },
    { maxRounds: 0 },
    { minRounds: 2.5 },
    { maxRounds: Number.POSITIVE_INFINITY },
    { precision: 0 },
    { precision: -0.05 },
    { precision: Number.NaN },
    { threshold: 0 },
    { threshold: -0.05 },
    { sizeBytes: 0 },
    { sizeBytes: -MIB },
    { durationSeconds: 0 },
    { durationSeconds: -1 },
    { seed: -1 },
    { seed: 1.5 },
    { trialTimeoutSeconds: 0 },
    { maxTimeSeconds: -1 },
  ])('an amount out of bounds: %j', (given) => {
    expect(() => complete(given)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })
})
