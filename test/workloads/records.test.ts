import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sharedWriters, singleWriter } from '../../scenarios/shared-writers.js'
import { Sample } from '../../src/model.js'
import { RECORDS } from '../../src/workloads/programs/records.js'
import { python } from '../../src/workloads/python.js'
import { MIB } from '../builders.js'
import { must, parameters, real, removeScratch, scratch, trialOf, withPrograms } from './real.js'

removeScratch()
const LINE = /^([ab]) (\d{10}) [0-9a-f]+ [0-9a-f]{8}$/

withPrograms(['python3'], 'writers of records', () => {
  test.each([
    [singleWriter, ['a']],
    [sharedWriters, ['a', 'b']],
  ])('$id: every record of each writer, once, in its order', async (scenario, writers) => {
    const { directory, output, meanwhile, sample } = await trialOf(scenario, { durationSeconds: 0.5 })
    expect(meanwhile === null).toBe(writers.length === 1)
    const { bytes, metrics } = Sample.parse(sample())
    const lines = readFileSync(`${directory}/shared/log`, 'latin1').split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.length * 128).toBe(bytes)
    for (const who of writers) {
      const own = lines.map((line) => LINE.exec(line)).filter((match) => match?.[1] === who)
      expect(own.map((match) => Number(match?.[2]))).toEqual(own.map((_, index) => index))
      expect(JSON.parse(output.stdout).counts[who]).toBe(own.length)
      expect(own.length).toBeGreaterThan(0)
    }
    expect(Object.keys(metrics).toSorted()).toEqual(['iops', 'latency', 'latencyMean', 'latencyP99'])
  })

  test('stops at the most records, and its footprint holds them', async () => {
    const { directory, output } = await trialOf(singleWriter, { sizeBytes: MIB / 64, durationSeconds: 20 })
    expect(JSON.parse(output.stdout).counts).toEqual({ a: 64 })
    const used = Number((await real(['du', '-sb', `${directory}/shared/log`])).stdout.split('\t')[0])
    expect(used).toBe(64 * 128)
  })

  const LOG = '"".join(record("a", n, filler(1)).decode() for n in range(5))'
  test.each([
    ['all', LOG, { whole: 5 }],
    ['one is missing', `${LOG}.replace(record("a", 2, filler(1)).decode(), "")`, { whole: 4, missing: 1 }],
    ['one is there twice', `${LOG} + record("a", 2, filler(1)).decode()`, { whole: 5, twice: 1 }],
    ['one is torn', `${LOG}[:200] + ${LOG}[210:]`, { whole: 4, torn: 1, missing: 1 }],
    ['two are mixed', `${LOG}[:140] + ${LOG}[:128] + ${LOG}[140:]`, { whole: 4, torn: 2, missing: 1 }],
    ['the last is cut off', `${LOG}[:-1]`, { whole: 4, torn: 1, missing: 1 }],
    ['a letter has changed', `${LOG}[:150] + "z" + ${LOG}[151:]`, { whole: 4, torn: 1, missing: 1 }],
    ['one that nobody wrote', `${LOG} + record("b", 9, filler(1)).decode()`, { whole: 6, strange: 1 }],
    ['nothing', '""', { whole: 0, missing: 5 }],
  ])('the check finds: %s', async (_, log, found) => {
    const source = `${RECORDS}\nopen(sys.argv[1], "w").write(${log})\nreport(**check(sys.argv[1], {"a": 5}))`
    const none = { torn: 0, twice: 0, missing: 0, strange: 0 }
    const { stdout, stderr } = await real(python(source, `${scratch()}/log`))
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ ...none, ...found })
  })
})

withPrograms(['python3', 'strace'], 'a record', () => {
  test('is one write call to a file with O_APPEND, and an fsync', async () => {
    const directory = scratch()
    const { prepare, workload } = singleWriter.steps(
      parameters({ directory, sizeBytes: MIB / 64, durationSeconds: 20 }),
    )
    await must(prepare)
    const trace = `${directory}/trace`
    await must([['strace', '-f', '-e', 'trace=openat,write,fsync', '-o', trace, ...workload]])
    const text = readFileSync(trace, 'utf8')
    expect(text).toMatch(/shared\/log", O_WRONLY\|O_CREAT\|O_APPEND/)
    expect(text.match(/write\(\d+, "a 0.*, 128\)/g)).toHaveLength(64)
    expect(text.match(/fsync\(/g)).toHaveLength(64)
  })
})

describe('no number', () => {
  const records = { count: 10, meanSeconds: 0.01, p50Seconds: 0.01, p99Seconds: 0.02 }
  const whole = { whole: 10, torn: 0, twice: 0, missing: 0, strange: 0 }
  const good = { records, counts: { a: 6, b: 4 }, seconds: 2, togetherSeconds: 1.9, found: whole }
  const output = (found: object) => ({ stdout: JSON.stringify(found), stderr: '', exitCode: 0 })
  const around = (records: unknown) => ({ meanwhile: output({ records }), lifecycle: null })
  const { measure } = sharedWriters.steps(parameters())

  test('but for the good one, which counts both', () => {
    expect(measure(output(good), around(4))).toMatchObject({ bytes: 1280, seconds: 2, metrics: { iops: 5 } })
  })
  test.each([
    ['torn', { found: { ...whole, torn: 1 } }, 'bad-output'],
    ['twice', { found: { ...whole, twice: 1 } }, 'bad-output'],
    ['of nobody', { found: { ...whole, strange: 1 } }, 'bad-output'],
    ['missing', { found: { ...whole, whole: 9, missing: 1 } }, 'too-few-bytes'],
    ['fewer whole than written', { found: { ...whole, whole: 9 } }, 'too-few-bytes'],
    ['one writer', { counts: { a: 10 } }, 'bad-output'],
    ['times of fewer', { counts: { a: 6, b: 5 } }, 'bad-output'],
    ['one after the other', { togetherSeconds: -0.1 }, 'bad-output'],
    ['no count of torn records', { found: { ...whole, torn: undefined } }, 'bad-output'],
    ['nothing written', { records: { count: 0 } }, 'bad-output'],
  ])('%s', (_, wrong, code) => {
    expect(() => measure(output({ ...good, ...wrong }), around(4))).toThrow(expect.objectContaining({ code }))
  })
  test.each([
    ['another count', around(5)],
    ['nothing', around(0)],
    ['no second party', { meanwhile: null, lifecycle: null }],
    ['nothing around', undefined],
  ])('the second writer says %s', (_, said) => expect(() => measure(output(good), said)).toThrow())
})

withPrograms(['python3'], 'a second writer that never comes', () => {
  test('the first says so, and ends by itself', async () => {
    const directory = scratch()
    const { prepare, workload, measure } = sharedWriters.steps(parameters({ directory }))
    await must(prepare)
    const impatient = workload.map((word) => word.replace('PATIENCE = 20 * SECOND', 'PATIENCE = SECOND // 5'))
    const output = await real(impatient)
    expect(output).toMatchObject({ exitCode: 1, stdout: '' })
    expect(() => measure(output, { meanwhile: null, lifecycle: null })).toThrow(/the other writer did not come in time/)
  })
})
