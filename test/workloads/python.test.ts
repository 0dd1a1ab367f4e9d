import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { quantile } from '../../src/statistics/quantiles.js'
import { latencyMetrics, mustHold, node, python, reported, shell, Times } from '../../src/workloads/python.js'
import { real, withPrograms } from './real.js'

const Schema = z.strictObject({ files: z.int().positive(), seconds: z.number().positive() })
const printed = (stdout: string) => ({ stdout, stderr: '', exitCode: 0 })
const failed = (exitCode: number, stderr: string) => ({ stdout: '{"files":3,"seconds":1.5}', stderr, exitCode })

describe('a program as an argument', () => {
  const argv = python('print("a\\tb")\nif 1:\n    pass', '/srv/x', 0.5)

  test('is one line, whatever it holds', () => {
    const others = [...node('let a = "\\n"\nconsole.log(a)'), ...shell('a="\\n"\necho "$a"')]
    for (const word of [...argv, ...others]) expect(word).not.toMatch(/[\n\r]/)
  })
  test('has its arguments behind it', () => expect(argv.slice(-2)).toEqual(['/srv/x', '0.5']))
  test('is ASCII: the escapes for other characters are not the same in both languages', () => {
    expect(() => python('print("é")')).toThrow(/ASCII/)
    expect(() => shell('echo é')).toThrow(/ASCII/)
  })
})

withPrograms(['python3', 'node'], 'a program that runs', () => {
  test.each([
    ['python3', python('sys.stdout.write("|".join(sys.argv[1:]) + "\\t\\\\\\"\'")', 'a b', '$HOME', 3)],
    ['node', node('process.stdout.write(process.argv.slice(1).join("|") + "\\t\\\\\\"\'")', 'a b', '$HOME', 3)],
    ['sh', shell(`IFS='|'\nprintf '%s\\t\\\\"'"'" "$*"`, 'a b', '$HOME', 3)],
  ])('%s: quotes, backslashes and arguments arrive as they are', async (_, command) => {
    expect(await real(command)).toEqual({ stdout: 'a b|$HOME|3\t\\"\'', stderr: '', exitCode: 0 })
  })

  test.each([[[5]], [[1, 2]], [[3, 1, 2]], [[9, 9, 1, 4, 7, 7, 2, 1, 30, 4.5]]])(
    'its quantiles are those of statistics/quantiles: %j',
    async (seconds) => {
      const { stdout } = await real(
        python(`report(found=times([int(s * SECOND) for s in ${JSON.stringify(seconds)}]))`),
      )
      const { found } = JSON.parse(stdout)
      expect(found.count).toBe(seconds.length)
      expect(found.p50Seconds).toBeCloseTo(quantile(seconds, 0.5), 9)
      expect(found.p99Seconds).toBeCloseTo(quantile(seconds, 0.99), 9)
      expect(found.meanSeconds).toBeCloseTo(seconds.reduce((a, b) => a + b) / seconds.length, 9)
    },
  )

  test('no operation has no times', async () => {
    const output = await real(python('report(**times([]))'))
    expect(() => reported(output, Times)).toThrow(expect.objectContaining({ code: 'bad-output' }))
  })

  test.each([
    ['NaN is not printed', 'report(x=float("nan"))', 'failed', /Out of range float/],
    ['a full disk', 'raise OSError(28, "No space left on device", "/mnt/x")', 'ENOSPC', /the target is full/],
    ['its own word', 'sys.exit("no event came")', 'failed', /no event came/],
    ['a program that it needs', 'run("tar", "-xf", "/nonexistent")', 'ENOENT', /tar ended with 2: .*nonexistent/],
    ['a program that is not there', 'run("mountbench-none")', 'ENOENT', /mountbench-none/],
    [
      'a party that does not come',
      'wait_for("/nonexistent", now(), "the writer")',
      'failed',
      /the writer did not come in time/,
    ],
  ])('says what went wrong: %s', async (_, source, code, message) => {
    const output = await real(python(source))
    const error = expect.objectContaining({ code, message: expect.stringMatching(message) })
    expect(() => reported(output, Schema)).toThrow(error)
  })
})

describe('what was reported', () => {
  test('is read as the schema has it', () => {
    expect(reported(printed('{"files":3,"seconds":1.5}\n'), Schema)).toEqual({ files: 3, seconds: 1.5 })
  })
  test.each([
    ['nothing', printed('\n'), 'empty'],
    ['no JSON', printed('files: 3'), 'no-json'],
    ['two documents', printed('{"files":3,"seconds":1}\n{"files":3,"seconds":1}'), 'no-json'],
    ['cut off', printed('{"files":3,"sec'), 'no-json'],
    ['a count is missing', printed('{"seconds":1}'), 'bad-output'],
    ['zero', printed('{"files":0,"seconds":1}'), 'bad-output'],
    ['no time', printed('{"files":1,"seconds":0}'), 'bad-output'],
    ['null for NaN', printed('{"files":1,"seconds":null}'), 'bad-output'],
    ['more than was asked', printed('{"files":1,"seconds":1,"x":1}'), 'bad-output'],
    ['a number, and failure', failed(1, 'something'), 'failed'],
    ['killed', failed(137, ''), 'killed'],
    ['terminated', failed(143, ''), 'interrupted'],
    ['no such program', failed(127, 'sh: python3: not found'), 'not-found'],
    ['SQLite: full', failed(1, 'sqlite3.OperationalError: database or disk is full'), 'ENOSPC'],
    ['Python: read-only', failed(1, "OSError: [Errno 30] Read-only file system: '/x'"), 'EROFS'],
  ])('%s is an error', (_, output, code) => {
    expect(() => reported(output, Schema)).toThrow(expect.objectContaining({ code }))
  })

  test('latencies are seconds', () => {
    expect(latencyMetrics({ count: 2, meanSeconds: 2, p50Seconds: 1, p99Seconds: 3 })).toEqual({
      latency: 1,
      latencyMean: 2,
      latencyP99: 3,
    })
  })
  test('what does not hold is thrown', () => {
    expect(() => mustHold(false, 'too-few-bytes', 'a row is missing')).toThrow('a row is missing')
    expect(() => mustHold(true, 'too-few-bytes', 'a row is missing')).not.toThrow()
  })
})
