import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { liveReloadEvent, liveReloadPoll } from '../../scenarios/live-reload.js'
import { sharedReader } from '../../scenarios/shared-reader.js'
import { Sample } from '../../src/model.js'
import type { Scenario } from '../../src/scenario.js'
import { must, parameters, real, removeScratch, scratch, trialOf, withPrograms } from './real.js'

removeScratch()
const all = [liveReloadEvent, liveReloadPoll, sharedReader]

/** The same program with less patience. */
const impatient = (command: readonly string[]) =>
  command.map((word) =>
    word.replace('PATIENCE = 10 * SECOND', 'PATIENCE = SECOND // 4').replace('PATIENCE = 10000', 'PATIENCE = 250'),
  )

async function prepared(scenario: Scenario) {
  const directory = scratch()
  const steps = scenario.steps(parameters({ directory }))
  await must(steps.prepare)
  return { watched: `${directory}/watched`, steps }
}

withPrograms(['python3', 'node'], 'changes', () => {
  test.each(all)('$id: every change that was made is seen, once', async (scenario) => {
    const { output, meanwhile, sample } = await trialOf(scenario, { durationSeconds: 0.5 })
    expect(output.stderr + meanwhile?.stderr).toBe('')
    const { changes } = JSON.parse(output.stdout)
    expect(changes.count).toBe(JSON.parse(meanwhile?.stdout ?? '').written)
    expect(changes.count).toBeGreaterThan(0)
    const { metrics } = Sample.parse(sample())
    expect(Object.keys(metrics).toSorted()).toEqual(['latency', 'latencyMean', 'latencyP99'])
  })

  test('polling every 5 ms takes longer than an event', async () => {
    const event = (await trialOf(liveReloadEvent, { durationSeconds: 1 })).sample().metrics.latency ?? Number.NaN
    const poll = (await trialOf(liveReloadPoll, { durationSeconds: 1 })).sample().metrics.latency ?? Number.NaN
    expect(poll).toBeGreaterThan(event)
  })

  test.each(all)('$id: a writer that never comes ends the watcher, and is no number', async (scenario) => {
    const { steps } = await prepared(scenario)
    const output = await real(impatient(steps.workload))
    expect(output.exitCode).toBe(0)
    expect(() => steps.measure(output, { meanwhile: null, lifecycle: null })).toThrow(/change 1 did not come/)
  })

  test.each(all)('$id: a watcher that never comes ends the writer', async (scenario) => {
    const { steps } = await prepared(scenario)
    const output = await real(impatient(steps.meanwhile?.command ?? []))
    expect(output).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/did not come in time/) })
  })

  test.each(all)('$id: a watcher that dies ends the writer', async (scenario) => {
    const { watched, steps } = await prepared(scenario)
    writeFileSync(`${watched}/ready`, '')
    writeFileSync(`${watched}/file`, '')
    const output = await real(impatient(steps.meanwhile?.command ?? []))
    expect(output).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/nobody saw change 1/) })
  })

  /** A writer that skips a change. */
  test.each([liveReloadEvent, liveReloadPoll])('$id: a change that another one hid is lost', async (scenario) => {
    const { watched, steps } = await prepared(scenario)
    const running = real(impatient(steps.workload))
    await until(`${watched}/ready`)
    writeFileSync(`${watched}/file.saving`, '2 1\n')
    renameSync(`${watched}/file.saving`, `${watched}/file`)
    const output = await running
    expect(() => steps.measure(output)).toThrow(/change 2 came after change 0/)
  })

  test('a change without an event is told from no change', async () => {
    const { watched, steps } = await prepared(liveReloadEvent)
    const running = real(impatient(steps.workload))
    await until(`${watched}/ready`)
    // Written in place: no file is renamed, as where a mount does not deliver events.
    writeFileSync(`${watched}/file`, '1 1\n')
    const output = await running
    expect(() => steps.measure(output)).toThrow(/is there, but no event came: this mount does not deliver events/)
  })

  test('a change from the future is another clock, not a number', async () => {
    const { watched, steps } = await prepared(liveReloadPoll)
    const running = real(impatient(steps.workload))
    await until(`${watched}/ready`)
    writeFileSync(`${watched}/file.saving`, `1 ${2n ** 62n}\n`)
    renameSync(`${watched}/file.saving`, `${watched}/file`)
    const output = await running
    expect(() => steps.measure(output)).toThrow(/do not share a clock/)
  })
})

async function until(path: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await real(['test', '-e', path])).exitCode === 0) return
    await pause(10)
  }
  throw new Error(`${path} did not come`)
}

describe('no number', () => {
  const changes = { count: 4, meanSeconds: 0.01, p50Seconds: 0.01, p99Seconds: 0.02 }
  const good = { changes, bytes: 40, seconds: 1, lost: null }
  const output = (found: object) => ({ stdout: JSON.stringify(found), stderr: '', exitCode: 0 })
  const around = (written: unknown) => ({ meanwhile: output({ written }), lifecycle: null })
  const { measure } = sharedReader.steps(parameters())

  test('but for the good one', () => {
    expect(measure(output(good), around(4)).metrics).toEqual({ latency: 0.01, latencyMean: 0.01, latencyP99: 0.02 })
  })
  test.each([
    ['a change is lost', { ...good, lost: 'change 3 did not come' }, around(4), 'failed'],
    ['more were made', good, around(5), 'too-few-bytes'],
    ['fewer were made', good, around(3), 'bad-output'],
    ['none', { ...good, changes: { count: 0 } }, around(1), 'bad-output'],
    ['the writer is silent', good, { meanwhile: null, lifecycle: null }, 'bad-output'],
    ['the writer failed', good, { meanwhile: { ...output({}), exitCode: 1 }, lifecycle: null }, 'failed'],
    ['nothing around', good, undefined, 'bad-output'],
  ])('%s', (_, found, said, code) => {
    expect(() => measure(output(found), said)).toThrow(expect.objectContaining({ code }))
  })
})
