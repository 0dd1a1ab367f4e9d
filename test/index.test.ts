import { expect, test } from 'vitest'
import * as api from '../src/index.js'

test('the public names', () => {
  for (const name of [
    'parseDd',
    'parseFio',
    'comparePaired',
    'runBenchmark',
    'readRun',
    'Run',
    'scenarios',
    'exporters',
    'BenchError',
  ])
    expect(Object.keys(api)).toContain(name)
})

test('the parsers of the public interface', () => {
  const stderr = '1+0 records in\n1+0 records out\n1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.5 s, 2.1 MB/s\n'
  expect(api.parseDd({ stderr, exitCode: 0 })).toMatchObject({ bytes: 1048576, seconds: 0.5, bytesPerSecond: 2097152 })
  expect(() => api.parseFio({ stdout: '', stderr: '', exitCode: 0 })).toThrow(api.BenchError)
})
