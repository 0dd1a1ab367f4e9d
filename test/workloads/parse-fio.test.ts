import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BenchError, type ErrorCode } from '../../src/errors.js'
import { type FioDirection, type FioSync, parseFio } from '../../src/workloads/parse-fio.js'

const folder = new URL('../fixtures/fio/', import.meta.url)

interface Output {
  stdout: string
  stderr: string
  exitCode: number
}

function captured(name: string): Output {
  const text = (kind: string) => {
    const file = new URL(`${name}.${kind}`, folder)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  return { stdout: text('stdout'), stderr: text('stderr'), exitCode: Number(text('rc')) }
}

function outcome(output: Output): unknown {
  try {
    return parseFio(output)
  } catch (error) {
    return error
  }
}

function expectError(output: Output, code: ErrorCode): BenchError {
  const error = outcome(output)
  expect(error).toBeInstanceOf(BenchError)
  expect(error).toMatchObject({ code })
  expect((error as BenchError).message).toMatch(/^fio failed[^\n\r]*$/)
  return error as BenchError
}

/** [bytes, runtime in ms, count, mean ns, p50 ns, p99 ns]; latency values null where fio has none. */
type Moved = [number, number, number, number | null, number | null, number | null]
/** [count, mean ns, p50 ns, p99 ns] */
type Synced = [number, number, number, number]
interface Measured {
  read?: Moved
  write?: Moved
  sync?: Synced
}

const summary = (direction: FioDirection | null): Moved | undefined => {
  if (direction === null) return undefined
  const { bytes, seconds, count, latency } = direction
  const ns = (value: number | null | undefined) => (value == null ? null : Number((value * 1e9).toPrecision(12)))
  return [bytes, Math.round(seconds * 1000), count, ns(latency?.mean), ns(latency?.p50), ns(latency?.p99)]
}

const syncSummary = (sync: FioSync | null): Synced | undefined => {
  const ns = (value: number | null | undefined) => Number(((value ?? Number.NaN) * 1e9).toPrecision(12))
  return sync === null ? undefined : [sync.count, ns(sync.latency?.mean), ns(sync.latency?.p50), ns(sync.latency?.p99)]
}

const CORPUS: Record<string, ErrorCode | Measured> = {
  '01-write-seq-end_fsync': { write: [8388608, 7, 8, 307061.875, 220160, 823296] },
  '02-json-plus': { write: [1048576, 2, 256, 4817.417969, 3888, 38656] },
  '03-note-iodepth-sync-engine': { write: [1048576, 2, 256, 4149.84375, 2160, 71168] },
  '04-error-missing-directory': 'ENOENT',
  '05-group-reporting-numjobs4': { read: [4194304, 31, 1024, 86325.799805, 86528, 272384] },
  '07-mixed-randrw-70-30': {
    read: [2945024, 49, 719, 64224.909597, 63744, 113152],
    write: [1249280, 49, 305, 4731.92459, 4256, 8768],
  },
  '08-fsync-every-write': {
    write: [262144, 11, 64, 6204.03125, 5600, 27520],
    sync: [63, 162997.111111, 150528, 411648],
  },
  '09-fdatasync-every-write': {
    write: [262144, 8, 64, 6413.625, 5280, 67072],
    sync: [63, 112863.888889, 107008, 177152],
  },
  '10-enospc-tiny-tmpfs': 'ENOSPC',
  '12-direct-on-tmpfs-kernel-6.18': { write: [2097152, 1, 32, 17383.8125, 17280, 28544] },
  '13-direct-einval-ramfs': 'EINVAL',
  '14-direct-libaio-qd16': { write: [4194304, 19, 1024, 266774.662109, 254976, 468992] },
  '15-libaio-buffered-qd16': { write: [1048576, 2, 256, 71815.925781, 66048, 130560] },
  '16-libaio-direct-on-tmpfs': { write: [2097152, 3, 512, 12385.201172, 11840, 18816] },
  '17-io_uring-host': { read: [1048576, 8, 256, 201763.125, 199680, 407552] },
  '21-percentile_list-lat': { read: [1048576, 10, 256, 35409.285156, 54016, 140288] },
  '23-layout-line-before-json': { read: [2097152, 3, 32, 66758.3125, 6496, 888832] },
  '24-bad-option': 'usage',
  '25-bad-engine': 'usage',
  '27-output-file-keeps-note': 'empty',
  '28-sigint': 'interrupted',
  '30-readonly-fs': 'EROFS',
  '32-eta-always': { read: [2048000, 1001, 500, 93553.258, 84480, 185344] },
  '34-bs-larger-than-size': 'usage',
  '36-io_uring-eperm-seccomp': 'EPERM',
  '38-podman-rm-volatile-overlay-fsync': {
    write: [204800, 1, 50, 6119.4, 4256, 54016],
    sync: [49, 450.469388, 422, 1736],
  },
  '39-podman-no-rm-overlay-fsync': {
    write: [204800, 8, 50, 6610.34, 5856, 25728],
    sync: [49, 152371.428571, 136192, 528384],
  },
  '40-docker-rm-overlay2-fsync': {
    write: [204800, 9, 50, 8278.84, 7584, 25984],
    sync: [49, 169621.122449, 160768, 428032],
  },
  '50-filecreate': { write: [204800, 14, 50, 268915.02, 209920, 1138688] },
  '51-status-interval': { read: [819200, 2019, 200, 1130813.68, 350208, 21626880] },
  '52-json-and-normal': { read: [65536, 2, 16, 56595.75, 2448, 733184] },
  '53-gtod_reduce': { write: [65536, 2, 16, null, null, null] },
  '54-bad-rw': 'usage',
  '55-unified_rw_reporting': 'bad-output',
  '56-sigterm': 'interrupted',
  '57-sigkill': 'killed',
}

describe('the corpus', () => {
  it('is tested to the last case', () => {
    const names = readdirSync(folder).filter((file) => file.endsWith('.rc'))
    expect(names.map((file) => file.slice(0, -3)).sort()).toEqual(Object.keys(CORPUS).sort())
  })

  it.each(Object.entries(CORPUS))('%s', (name, expected) => {
    if (typeof expected === 'string') return void expectError(captured(name), expected)
    const { version, jobs } = parseFio(captured(name))
    expect(version).toBe('fio-3.33')
    expect(
      jobs.map(({ read, write, sync }) => ({ read: summary(read), write: summary(write), sync: syncSummary(sync) })),
    ).toEqual([{ read: undefined, write: undefined, sync: undefined, ...expected }])
  })

  it('reads the JSON of an output file', () => {
    const stdout = readFileSync(new URL('27-output-file-keeps-note.outfile', folder), 'utf8')
    expect(parseFio({ stdout, stderr: '', exitCode: 0 }).jobs[0]?.write?.bytes).toBe(1048576)
  })

  it('computes rates from bytes, operations and run time', () => {
    expect(parseFio(captured('08-fsync-every-write')).jobs).toEqual([
      {
        name: 's',
        read: null,
        write: {
          bytes: 262144,
          seconds: 0.011,
          bytesPerSecond: 262144 / 0.011,
          iops: 64 / 0.011,
          count: 64,
          latency: { mean: 6204.03125 / 1e9, p50: 5600 / 1e9, p95: 8640 / 1e9, p99: 27520 / 1e9, p999: 27520 / 1e9 },
        },
        sync: {
          count: 63,
          latency: {
            mean: 162997.111111 / 1e9,
            p50: 150528 / 1e9,
            p95: 222208 / 1e9,
            p99: 411648 / 1e9,
            p999: 411648 / 1e9,
          },
        },
      },
    ])
  })
})

const idle = { io_bytes: 0, runtime: 0, total_ios: 0, clat_ns: { max: 0, mean: 0, N: 0 } }
const busy = {
  io_bytes: 4096000,
  runtime: 500,
  total_ios: 1000,
  clat_ns: { max: 9000, mean: 5000, percentile: { '50.000000': 4000, '99.900000': 8000 } },
}
const job = { jobname: 'j', error: 0, read: busy, write: idle }
const document = { 'fio version': 'fio-3.1', jobs: [job] }

const run = (stdout: string, stderr = '', exitCode = 0): Output => ({ stdout, stderr, exitCode })
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
const withJob = (changed: object) => json({ ...document, jobs: [{ ...job, ...changed }] })
const readOf = (stdout: string) => parseFio(run(stdout)).jobs[0]?.read

describe('what is read', () => {
  it('a document of an early fio 3: no sync, no N, no bw_bytes', () => {
    expect(parseFio(run(json(document)))).toEqual({
      version: 'fio-3.1',
      jobs: [
        {
          name: 'j',
          read: {
            bytes: 4096000,
            seconds: 0.5,
            bytesPerSecond: 8192000,
            iops: 2000,
            count: 1000,
            latency: { mean: 5e-6, p50: 4e-6, p95: null, p99: null, p999: 8e-6 },
          },
          write: null,
          sync: null,
        },
      ],
    })
  })

  it('the duplicate key "0.00" of fio 3.0 to 3.3', () => {
    const stdout = json(document).replace('"50.000000": 4000', '"50.000000": 4000, "0.00": 0, "0.00": 0')
    expect(readOf(stdout)?.latency?.p50).toBe(4e-6)
  })

  it('text before, text after, CRLF and one-line JSON', () => {
    for (const stdout of [
      `note: {queue} depth\n\n${json(document)}\nRun status group 0\n`,
      json(document).replaceAll('\n', '\r\n'),
      `Jobs: 1 (f=1)\r${json(document)}`,
      JSON.stringify(document),
    ])
      expect(readOf(stdout)?.bytes).toBe(4096000)
  })

  it('braces and quotes inside strings', () => {
    expect(parseFio(run(withJob({ jobname: 'a "}\\ {\n{' }))).jobs[0]?.name).toBe('a "}\\ {\n{')
  })

  it('the last of several documents, passing over one without jobs', () => {
    const first = withJob({ read: { ...busy, io_bytes: 1 } })
    expect(readOf(`${first}${json(document)}${json({ client_stats: [] })}`)?.bytes).toBe(4096000)
  })

  it('lat_ns when clat_ns has no samples or no percentiles, and clat_ns otherwise', () => {
    const lat_ns = { max: 9, mean: 7, N: 3 }
    const percentile = { '50.000000': 6 }
    const latency = (read: object) => readOf(withJob({ read: { ...busy, ...read } }))?.latency
    expect(latency({ clat_ns: { max: 0, mean: 0, N: 0 }, lat_ns })).toMatchObject({ mean: 7e-9, p50: null })
    expect(latency({ clat_ns: { max: 5, mean: 4, N: 3 }, lat_ns: { ...lat_ns, percentile } })).toMatchObject({
      mean: 7e-9,
      p50: 6e-9,
    })
    expect(latency({ clat_ns: { max: 5, mean: 4, N: 3, percentile }, lat_ns })).toMatchObject({ mean: 4e-9, p50: 6e-9 })
    expect(latency({ clat_ns: { max: 5, mean: 4, N: 3 }, lat_ns })).toMatchObject({ mean: 4e-9, p50: null })
    expect(latency({ clat_ns: undefined })).toBeNull()
  })

  it('no rate when the run time is 0', () => {
    const read = readOf(withJob({ read: { ...busy, runtime: 0 } }))
    expect(read).toMatchObject({ bytes: 4096000, seconds: 0, bytesPerSecond: null, iops: null })
  })

  it('syncs without percentiles, and without samples', () => {
    const sync = (lat_ns?: object) => parseFio(run(withJob({ sync: { total_ios: 3, lat_ns } }))).jobs[0]?.sync
    expect(sync({ max: 9, mean: 7 })).toEqual({
      count: 3,
      latency: { mean: 7e-9, p50: null, p95: null, p99: null, p999: null },
    })
    expect(sync({ max: 0, mean: 0, N: 0 })).toEqual({ count: 3, latency: null })
    expect(sync()).toEqual({ count: 3, latency: null })
  })

  it('every job without group_reporting', () => {
    const jobs = [job, { ...job, jobname: 'k', read: idle, write: busy }]
    expect(parseFio(run(json({ ...document, jobs }))).jobs).toMatchObject([
      { name: 'j', write: null },
      { name: 'k', read: null },
    ])
  })
})

const version2 = {
  'fio version': 'fio-2.21',
  jobs: [
    {
      jobname: 'j',
      error: 0,
      read: {
        io_bytes: 4000,
        bw: 8000,
        iops: 2000,
        runtime: 500,
        total_ios: 1000,
        clat: { min: 1, max: 9, mean: 5, percentile: { '50.000000': 4 } },
      },
      write: { io_bytes: 0, bw: 0, iops: 0, runtime: 0, total_ios: 0 },
    },
  ],
}

describe('what is refused', () => {
  const good = json(document)
  it.each<[string, Output, ErrorCode]>([
    ['fio 2, whose units differ', run(json(version2)), 'bad-output'],
    ['fio 2.99', run(json({ ...document, 'fio version': 'fio-2.99' })), 'bad-output'],
    ['a later major version', run(json({ ...document, 'fio version': 'fio-4.0' })), 'bad-output'],
    ['no version', run(json({ jobs: [job] })), 'bad-output'],
    ['no jobs', run(json({ ...document, jobs: [] })), 'bad-output'],
    ['a document without jobs', run(json({ 'fio version': 'fio-3.33', client_stats: [] })), 'bad-output'],
    ['no total_ios', run(withJob({ read: { ...busy, total_ios: undefined } })), 'bad-output'],
    ['negative bytes', run(withJob({ read: { ...busy, io_bytes: -1 } })), 'bad-output'],
    ['bytes as text', run(withJob({ read: { ...busy, io_bytes: '4096' } })), 'bad-output'],
    ['no error field', run(withJob({ error: undefined })), 'bad-output'],
    ['a job name of two lines', run(withJob({ jobname: 'a\nb', error: 5 }), '', 1), 'EIO'],
    ['nan', run(good.replace('5000', 'nan')), 'bad-output'],
    ['fdatasyncs without a count', run(withJob({ sync: { total_ios: 0, lat_ns: { max: 9, mean: 7 } } })), 'bad-output'],
    ['the last of several documents cut off', run(good + good.slice(0, -40)), 'bad-output'],
    ['the last of several documents invalid', run(good + good.replace('5000', 'nan')), 'bad-output'],
    ['nothing', run(''), 'empty'],
    ['text only', run('fio-3.33\nStarting 1 process\n'), 'no-json'],
    ['an error that exits 0', run(withJob({ error: 5 })), 'EIO'],
    ['an error that continue_on_error passed over', run(withJob({ total_err: 3, first_error: 5 })), 'EIO'],
    ['an error of the second job', run(json({ ...document, jobs: [job, { ...job, error: 28 }] }), '', 1), 'ENOSPC'],
    ['a failed verification', run(withJob({ error: 84 }), '', 1), 'EILSEQ'],
    ['an error that is not in the table', run(withJob({ error: 9999 }), '', 1), 'failed'],
    ['good JSON and exit 1', run(good, '', 1), 'failed'],
    ['good JSON and an engine error', run(good, 'Error: no such container', 125), 'failed'],
    ['good JSON and a signal hidden by a shell', run(`\nfio: terminating on signal 15\n${good}`), 'interrupted'],
    ['exit 128', run(good, '', 128), 'interrupted'],
    ['exit 130', run(good, '', 130), 'interrupted'],
    ['exit 143', run('', '', 143), 'interrupted'],
    ['killed by SIGINT', run('', '', -2), 'interrupted'],
    ['exit 137', run('', '', 137), 'killed'],
    ['killed by SIGKILL', run(good.slice(0, 50), '', -9), 'killed'],
    ['timeout', run('', '', 124), 'timeout'],
    ['no fio in the image', run('', 'sh: 1: fio: not found\n', 127), 'not-found'],
    ['a bad option hidden by a shell', run('', "fio: unrecognized option '--x=1'\n"), 'usage'],
  ])('%s', (_, output, code) => void expectError(output, code))

  it('says why in words, with the telling line', () => {
    expect(expectError(captured('10-enospc-tiny-tmpfs'), 'ENOSPC').message).toBe(
      'fio failed: the target is full (ENOSPC, exit code 1): job e has error 28: fio: io_u error on file /mnt/tiny/e.0.0: No space left on device: write offset=4194304, buflen=1048576',
    )
    expect(expectError(captured('24-bad-option'), 'usage').message).toContain("unrecognized option '--nosuchoption=1'")
    expect(expectError(run(json(version2)), 'bad-output').message).toContain('fio-2.21')
  })
})

describe('properties', () => {
  const single = Object.keys(CORPUS).filter((name) => name !== '51-status-interval')

  it.each(single)('never reads another number from %s cut off', (name) => {
    const full = captured(name)
    const whole = outcome(full)
    fc.assert(
      fc.property(fc.nat(full.stdout.length), (length) => {
        const result = outcome({ ...full, stdout: full.stdout.slice(0, length) })
        if (!(result instanceof BenchError)) expect(result).toEqual(whole)
      }),
    )
  })

  it('never reads an intermediate state when a later document is cut off', () => {
    const full = captured('51-status-interval')
    const lastDocument = full.stdout.lastIndexOf('\n{\n') + 2
    fc.assert(
      fc.property(fc.integer({ min: lastDocument, max: full.stdout.trimEnd().length - 1 }), (length) => {
        expect(outcome({ ...full, stdout: full.stdout.slice(0, length) })).toBeInstanceOf(BenchError)
      }),
    )
  })

  it.each(Object.keys(CORPUS))('gives no number for %s with another exit code', (name) => {
    for (const exitCode of [1, 2, 124, 125, 126, 127, 128, 130, 137, 143, 255, -2, -9, -15])
      expect(outcome({ ...captured(name), exitCode })).toBeInstanceOf(BenchError)
  })

  it('throws nothing but BenchError', () => {
    const text = fc
      .array(fc.oneof(fc.constantFrom('{', '}', '\n', '"', '{"jobs":[', json(document)), fc.string()))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, fc.integer({ min: -20, max: 260 }), (stdout, stderr, exitCode) => {
        const result = outcome({ stdout, stderr, exitCode })
        if (!(result instanceof BenchError)) expect(result).toMatchObject({ version: 'fio-3.1' })
      }),
    )
  })
})
