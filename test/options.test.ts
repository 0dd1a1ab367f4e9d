import { describe, expect, test } from 'vitest'
import { completeOptions, PROFILES } from '../src/options.js'
import { allIds, MIB } from './builders.js'

const complete = (given: Parameters<typeof completeOptions>[0]) => completeOptions(given, allIds, 42)

test('nothing given: the standard profile on volume, bind and tmpfs, all scenarios', () => {
  expect(complete({})).toEqual({
    profile: 'standard',
    engine: 'auto',
    scenarios: allIds,
    mounts: ['volume', 'bind', 'tmpfs'],
    reference: 'volume',
    rounds: 12,
    sizeBytes: 256 * MIB,
    durationSeconds: 1,
    maxTimeSeconds: null,
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
      rounds: PROFILES[profile].rounds,
      sizeBytes: PROFILES[profile].sizeBytes,
    })
    const given = {
      profile,
      rounds: 3,
      sizeBytes: MIB,
      durationSeconds: 0.5,
      seed: 9,
      scenarios: ['metadata'],
      mounts: ['host'],
    }
    expect(complete(given)).toMatchObject({ ...given, reference: 'host' })
  },
)

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
    [{ sizeBytes: MIB + 1 }, 'is not a whole number of MiB', '64m'],
  ])('%j', (given, message, hint) => {
    expect(() => complete(given)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    )
  })

  test.each([
    { rounds: 0 },
    { rounds: -1 },
    { rounds: 2.5 },
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
