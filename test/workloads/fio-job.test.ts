import { describe, expect, test } from 'vitest'
import { fioJobScenario } from '../../src/workloads/fio-job.js'
import { capturedOutput, fixture, MIB } from '../builders.js'

const PARAMETERS = { directory: '/mnt/x', sizeBytes: 64 * MIB, durationSeconds: 1, seed: 12 }
const argvOf = (text: string) => fioJobScenario('job.fio', text).steps(PARAMETERS).workload
const footprint = (text: string) => fioJobScenario('job.fio', text).steps(PARAMETERS).footprintBytes

describe('a good file', () => {
  const FILE = `; my own job
[global]
ioengine=psync
direct=1

[write]
rw = write
bs=4k
size=8m

[read]
stonewall
rw=randread
size=8m
# the end
`

  test('becomes a scenario of its own', () => {
    expect(fioJobScenario('my job.v2.fio', FILE)).toMatchObject({
      id: 'fio-my_job.v2',
      tool: 'fio',
      metric: 'bandwidth',
      path: 'direct',
    })
    expect(fioJobScenario('x.fio', FILE).question).toMatch(/x\.fio.*\?$/)
  })

  test('with its options, global ones first, in our folder', () => {
    const argv = argvOf(FILE)
    expect(argv.slice(0, 3)).toEqual(['fio', '--output-format=json', '--directory=/mnt/x'])
    expect(argv.slice(argv.indexOf('--ioengine=psync'))).toEqual([
      '--ioengine=psync',
      '--direct=1',
      '--name=write',
      '--rw=write',
      '--bs=4k',
      '--size=8m',
      '--name=read',
      '--stonewall',
      '--rw=randread',
      '--size=8m',
    ])
  })

  test('an id is a folder name that fio takes: no colon, no slash', () => {
    for (const name of ['a:b.fio', 'ünï.fio', 'x/y.fio']) expect(fioJobScenario(name, FILE).id).toMatch(/^[\w.-]+$/)
  })

  test.each([
    ['direct=1', 'direct'],
    ['direct=0', 'buffered'],
    ['fsync=1', 'durable'],
    ['end_fsync=1', 'durable'],
    ['bs=4k', 'buffered'],
  ])('%s takes the path %s', (option, path) => {
    expect(fioJobScenario('x.fio', `[a]\nrw=write\nsize=1m\n${option}\n`).path).toBe(path)
  })
})

describe('directory and output are ours', () => {
  test.each([
    'directory=/etc',
    'output=/etc/passwd',
    'output-format=terse',
    'fallocate=native',
    'randrepeat=1',
    'randseed=1',
    'status-interval=1',
  ])('%s is left out', (option) => {
    const argv = argvOf(`[global]\n${option}\n[a]\nrw=write\nsize=1m\n${option}\n`)
    expect(argv).not.toContain(`--${option}`)
    expect(argv).toEqual(
      expect.arrayContaining(['--directory=/mnt/x', '--fallocate=none', '--randrepeat=0', '--randseed=12']),
    )
  })
})

describe('comments, as fio takes them', () => {
  test.each(['; a line', '# a line', '   ; indented', 'bs=4k ; behind', 'bs=4k # behind'])('%j', (line) => {
    const argv = argvOf(`[a]\nrw=write\nsize=1m\n${line}\n`)
    expect(argv.join(' ')).not.toMatch(/[;#]|line|behind/)
  })

  test('line ends of Windows', () => {
    expect(argvOf('[a]\r\nrw=write\r\nsize=1m\r\n')).toEqual(
      expect.arrayContaining(['--name=a', '--rw=write', '--size=1m']),
    )
  })
})

describe('what a file may write at the most', () => {
  test.each([
    ['size per job', '[a]\nsize=8m\n[b]\nsize=8m\n', 16 * MIB],
    ['times numjobs', '[a]\nsize=8m\nnumjobs=4\n', 32 * MIB],
    ['a shared size', '[global]\nsize=8m\n[a]\nrw=read\n[b]\nrw=write\n', 16 * MIB],
    ['files', '[a]\nfilesize=4k\nnrfiles=100\n', 400 * 1024],
    ['fio’s MB are MiB', '[a]\nsize=64mb\n', 64 * MIB],
  ])('%s', (_, text, bytes) => {
    expect(footprint(text)).toBe(bytes)
  })

  test('fio’s MiB are MB: never too little', () => {
    expect(footprint('[a]\nsize=64mib\n')).toBeGreaterThanOrEqual(64e6)
  })
})

describe('refused, with the line’s option', () => {
  const job = (option: string) => `[a]\nrw=write\nsize=1m\n${option}\n`
  test.each([
    ['no job', '[global]\nsize=1m\n', /has no job/],
    ['nothing', '', /has no job/],
    ['an option before the first section', 'rw=write\n[a]\nsize=1m\n', /'rw=write' stands before the first section/],
    ['no size', '[a]\nrw=write\n', /\[a\]: no size/],
    ['a share of the disk', '[a]\nsize=50%\n', /no size/],
    ['a size that is none', '[a]\nsize=lots\n', /'lots' is not a size/],
    ['a second [global]', '[global]\nrw=read\n[a]\nsize=1m\n[global]\nrw=write\n[b]\nsize=1m\n', /\[global\]/],
    ['an environment variable', job('bs=$'.concat('{BLOCK}')), /environment variable/],
    ['a key that is none', job('Rw Mode=write'), /unknown option/],
    ['an absolute file name', job('filename=/etc/passwd'), /leaves the folder/],
    ['a file name with ..', job('filename=a/../../b'), /leaves the folder/],
    ['one of several file names', job('filename=a:/dev/sda'), /leaves the folder/],
    ['a file name format that leaves', job('filename_format=/etc/$jobnum'), /leaves the folder/],
    ['opendir', job('opendir=/etc'), /opendir/],
    ['a program before', job('exec_prerun=rm -rf /'), /exec_prerun/],
    ['a program after', job('exec_postrun=rm -rf /'), /exec_postrun/],
    ['a log', job('write_bw_log=/etc/x'), /write_bw_log/],
    ['an I/O log', job('write_iolog=/etc/x'), /write_iolog/],
    ['filling the disk', job('fill_device=1'), /fill_device/],
    ['filling the filesystem', job('fill_fs=1'), /fill_fs/],
    ['foreign code', job('ioengine=external:/tmp/x.so'), /ioengine/],
    ['any program', job('ioengine=exec'), /ioengine/],
    ['include', job('include=/etc/x'), /include/],
    ['a client', job('client=host'), /client/],
    ['a server', job('server'), /server/],
    ['a daemon', job('daemonize=/tmp/pid'), /daemonize/],
    ['showing only', job('showcmd'), /showcmd/],
    ['a trigger', job('trigger-file=/tmp/x'), /trigger-file/],
    ['another name', job('name=other'), /name/],
  ])('%s', (_, text, message) => {
    const error = (() => {
      try {
        argvOf(text)
        return null
      } catch (thrown) {
        return thrown as Error
      }
    })()
    expect(error).toMatchObject({ code: 'bad-input' })
    expect(`${error?.message}`).toMatch(message)
  })
})

describe('measuring', () => {
  /** fio's JSON with jobs of these names, megabytes and seconds. */
  function output(jobs: [string, number, number][]) {
    const document = JSON.parse(fixture('fio/01-write-seq-end_fsync.stdout'))
    const [first] = document.jobs
    document.jobs = jobs.map(([jobname, bytes, seconds]) => ({
      ...first,
      jobname,
      write: { ...first.write, io_bytes: bytes, runtime: seconds * 1000, total_ios: 10 },
    }))
    return { stdout: `${JSON.stringify(document, null, 1)}\n`, stderr: '', exitCode: 0 }
  }
  const bandwidth = (text: string, jobs: [string, number, number][]) =>
    fioJobScenario('x.fio', text).steps(PARAMETERS).measure(output(jobs)).metrics.bandwidth

  test.each([
    ['one job', '[a]\nsize=1m\n', [['a', 1000, 2]], 500],
    [
      'at once: added up over the longest',
      '[a]\nsize=1m\n[b]\nsize=1m\n',
      [
        ['a', 1000, 1],
        ['b', 1000, 2],
      ],
      1000,
    ],
    [
      'one after the other: the times are added',
      '[a]\nsize=1m\n[b]\nstonewall\nsize=1m\n',
      [
        ['a', 1000, 1],
        ['b', 1000, 1],
      ],
      1000,
    ],
    [
      'a stonewall for all',
      '[global]\nstonewall\nsize=1m\n[a]\nrw=read\n[b]\nrw=write\n',
      [
        ['a', 1000, 1],
        ['b', 1000, 1],
      ],
      1000,
    ],
    [
      'its other name',
      '[a]\nsize=1m\n[b]\nwait_for_previous\nsize=1m\n',
      [
        ['a', 1000, 1],
        ['b', 1000, 1],
      ],
      1000,
    ],
    [
      'stonewall=0 is none',
      '[a]\nsize=1m\n[b]\nstonewall=0\nsize=1m\n',
      [
        ['a', 1000, 1],
        ['b', 1000, 1],
      ],
      2000,
    ],
    [
      'clones of a job run at once',
      '[a]\nnumjobs=2\nsize=1m\n',
      [
        ['a', 1000, 1],
        ['a', 1000, 1],
      ],
      2000,
    ],
    [
      'clones behind a stonewall',
      '[a]\nsize=1m\n[b]\nstonewall\nnumjobs=2\nsize=1m\n',
      [
        ['a', 1000, 1],
        ['b', 1000, 1],
        ['b', 1000, 1],
      ],
      1500,
    ],
  ] as [string, string, [string, number, number][], number][])('%s', (_, text, jobs, expected) => {
    expect(bandwidth(text, jobs)).toBeCloseTo(expected, 9)
  })

  test('nothing moved, or no time, is no number', () => {
    expect(() => bandwidth('[a]\nsize=1m\n', [['a', 0, 1]])).toThrow()
    expect(() => bandwidth('[a]\nsize=1m\n', [['a', 1000, 0]])).toThrow()
  })

  test('a failure is no number', () => {
    const { measure } = fioJobScenario('x.fio', '[a]\nsize=1m\n').steps(PARAMETERS)
    expect(() => measure({ ...capturedOutput('parallel-write'), exitCode: 1 })).toThrow()
  })
})
