import { describe, expect, test } from 'vitest'
import { dd, evict, measureDd } from '../../src/workloads/dd.js'
import { ddOutput, MIB } from '../builders.js'

const output = (stderr: string, exitCode = 0) => ({ stdout: '', stderr, exitCode })

test.each([
  [{}, ['dd', 'if=a', 'of=b', 'bs=1M', 'count=23']],
  [{ conv: 'fsync' }, ['dd', 'if=a', 'of=b', 'bs=1M', 'count=23', 'conv=fsync']],
  [{ oflag: 'direct' }, ['dd', 'if=a', 'of=b', 'bs=1M', 'count=23', 'oflag=direct']],
  [{ iflag: 'fullblock' }, ['dd', 'if=a', 'of=b', 'bs=1M', 'count=23', 'iflag=fullblock']],
])('%j', (flags, argv) => {
  expect(dd({ input: 'a', output: 'b', sizeBytes: 23 * MIB, ...flags })).toEqual(argv)
})

test('eviction copies nothing', () => {
  expect(evict('/x')).toEqual(['dd', 'if=/x', 'of=/dev/null', 'count=0', 'iflag=nocache'])
})

describe('measuring', () => {
  test('exactly 23 MiB asked, exactly that many bytes reported', () => {
    expect(measureDd(output(ddOutput(23 * MIB, 0.5)), 23 * MIB)).toEqual({
      bytes: 23 * MIB,
      seconds: 0.5,
      metrics: { bandwidth: 46 * MIB, duration: 0.5 },
    })
  })

  test.each([
    ['fewer bytes', output(ddOutput(22 * MIB, 0.5)), 'too-few-bytes'],
    ['more bytes', output(ddOutput(24 * MIB, 0.5)), 'too-few-bytes'],
    ['no time', output(ddOutput(23 * MIB, 0)), 'bad-output'],
    [
      'no space, although it prints a speed',
      output(`dd: error writing 'x': No space left on device\n${ddOutput(23 * MIB, 0.5)}`, 1),
      'ENOSPC',
    ],
    ['no transfer line', output('23+0 records in\n23+0 records out\n'), 'no-transfer-line'],
    ['nothing', output(''), 'empty'],
  ])('%s is no number', (_, given, code) => {
    expect(() => measureDd(given, 23 * MIB)).toThrow(expect.objectContaining({ code }))
  })
})
