import { describe, expect, test } from 'vitest'
import { type RoundTask, runRound } from '../src/harness.js'

/** Tasks that note what they do; a value is the seconds they measured. */
function tasksOf(values: Record<string, number | null | Error>, fails: string[] = []) {
  const log: string[] = []
  const tasks: RoundTask[] = Object.entries(values).map(([name, value]) => ({
    name,
    prepare: async () => {
      log.push(`prepare ${name}`)
      if (fails.includes(name)) throw new Error('preparation')
    },
    trial: async () => {
      log.push(`trial ${name}`)
      if (value instanceof Error) throw value
      return value
    },
  }))
  return { tasks, log }
}

test('each task is prepared and called once, one after the other, in the order given', async () => {
  const { tasks, log } = tasksOf({ tmpfs: 1, volume: 2, bind: 3 })
  await runRound(tasks)
  expect(log).toEqual(['prepare tmpfs', 'trial tmpfs', 'prepare volume', 'trial volume', 'prepare bind', 'trial bind'])
})

test('the sample is the seconds that the trial returned, not the time of the call', async () => {
  const { tasks } = tasksOf({ fast: 2.5e-9, slow: 3600 })
  const samples = await runRound(tasks)
  expect(samples.get('fast')).toBeCloseTo(2.5e-9, 18)
  expect(samples.get('slow')).toBeCloseTo(3600, 6)
})

describe('a task that fails has no sample and stops no other', () => {
  test.each([
    ['its trial failed', { a: 1, b: null, c: 3 }, []],
    ['its trial threw', { a: 1, b: new Error('broken'), c: 3 }, []],
    ['its preparation threw', { a: 1, b: 2, c: 3 }, ['b']],
  ])('%s', async (_, values, fails) => {
    const { tasks, log } = tasksOf(values, fails)
    const samples = await runRound(tasks)
    expect([...samples.keys()]).toEqual(['a', 'c'])
    expect(log.filter((line) => line === 'trial c')).toHaveLength(1)
  })
})

test('no tasks, no samples', async () => {
  expect(await runRound([])).toEqual(new Map())
})
