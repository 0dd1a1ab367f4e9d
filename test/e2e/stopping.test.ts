import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LABELS, TOOLS_IMAGE } from '../../src/engines/labels.js'
import { open } from './support/library.js'
import { nodeOf, output, type Program, run, until } from './support/program.js'
import { hasImages, inProcess, onEach, type Subject } from './support/subjects.js'
import {
  atEnd,
  endProcessesWith,
  engineFlag,
  freshFolder,
  mountbench,
  namesOnEngine,
  nothingRemains,
  onlyRun,
  processesWith,
  remainsOf,
  startMountbench,
} from './support/world.js'

/** Two quick dd trials on each mount, then a workload that runs for longer than any test waits. */
const LONG_MS = 90_000
const JOB = `[endless]\nrw=randwrite\nsize=4m\ntime_based\nruntime=${LONG_MS}ms\n`
const ARGS = [
  'run',
  'dd-write',
  '--fio-job',
  'endless.fio',
  '--mount',
  'volume',
  '--mount',
  'bind',
  '--size',
  '2m',
  '--rounds',
  '2',
]

interface Going {
  program: Program
  cwd: string
  runId: string
  folder: string
}

/** A run in the middle of its long workload: some trials are done, and the workload is at work. */
async function startLong(subject: Subject, cwd = freshFolder(subject)): Promise<Going> {
  writeFileSync(join(cwd, 'endless.fio'), JOB)
  const before = readResults(cwd)
  const program = startMountbench(subject, [...ARGS, ...engineFlag(subject)], { cwd })
  const runId = () => readResults(cwd).find((id) => !before.includes(id)) ?? ''
  const working = () =>
    processesWith(`--directory=`).some((line) => line.includes(runId()) && line.includes(`${LONG_MS}ms`))
  atEnd(() => endProcessesWith(runId()))
  await until(
    () => runId() !== '' && working(),
    60,
    () => program.said(),
  )
  return { program, cwd, runId: runId(), folder: join(cwd, 'results', runId()) }
}

const readResults = (cwd: string): string[] =>
  readdirSync(cwd).includes('results') ? readdirSync(join(cwd, 'results')).filter((name) => name !== 'index.jsonl') : []

onEach('a run in the middle of a workload', (subject) => {
  test.for(['SIGINT', 'SIGTERM'] as const)('ends in order on %s: all is gone but what was measured', async (signal) => {
    const { program, cwd, runId, folder } = await startLong(subject)
    process.kill(nodeOf(program), signal)
    const { exitCode, stdout, stderr } = await program.ended
    expect(exitCode, stderr).toBe(130)
    expect(stderr).toContain('stopping')
    const { run } = await onlyRun(cwd)
    expect(run).toMatchObject({ runId, status: 'incomplete', stopped: 'interrupted', warnings: [] })
    expect(run.trials.filter(({ scenario }) => scenario !== 'dd-write')).toEqual([])
    expect(run.trials.map(({ phase, sample }) => [phase, sample?.bytes])).toEqual(
      ['warmup', 'warmup', 'measure', 'measure', 'measure', 'measure'].map((phase) => [phase, 2 * 2 ** 20]),
    )
    expect(trialLines(folder)).toEqual(run.trials)
    expect(run.cells.filter(({ scenario }) => scenario === 'dd-write').map(({ status, n }) => [status, n])).toEqual([
      ['measured', 2],
      ['measured', 2],
    ])
    expect(stdout).toContain('INCOMPLETE')
    expect(await remainsOf(runId, subject, cwd)).toEqual([])
    expect(readdirSync(cwd).toSorted()).toEqual(['endless.fio', 'results'])
  })

  test.for(['clean', 'the next run'])('that is killed with -9 leaves what %s removes', async (remedy) => {
    const going = await startLong(subject)
    await kill(going)
    const { cwd, runId, folder } = going
    expect(trialLines(folder)).toHaveLength(6)
    expect(await remainsOf(runId, subject, cwd)).not.toEqual([])
    // The shell of a session ends with its input; a workload may outlive it, but not the remedy.
    const args =
      remedy === 'clean'
        ? ['clean']
        : ['run', 'dd-write', '--mount', 'tmpfs', '--size', '1m', '--rounds', '1', ...engineFlag(subject)]
    const finished = await mountbench(subject, args, { cwd })
    expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
    if (remedy === 'clean') expect(finished.stdout).toMatch(/^removed /m)
    else expect(finished.stderr).toMatch(/^removed \d+ remains of a run that was killed$/m)
    await until(
      async () => (await remainsOf(runId, subject, cwd)).length === 0,
      20,
      () => `remains: ${processesWith(runId).join('\n')}`,
    )
    expect(readdirSync(cwd).toSorted()).toEqual(['endless.fio', 'results'])
  })
})

async function kill({ program }: Going): Promise<void> {
  process.kill(nodeOf(program), 'SIGKILL')
  await program.ended
}

const trialLines = (folder: string) =>
  readFileSync(join(folder, 'trials.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

onEach(
  'clean',
  (subject) => {
    test('touches nothing that is not ours, and nothing of a run that goes on', async () => {
      const { engine } = subject
      const mark = `${process.pid}-${engine}`
      const foreign = [`mountbench-20260101-000000-abcdef-volume-0-${mark}`, `foreign-${mark}`]
      for (const [i, name] of foreign.entries()) {
        // The second has the label of a run without that of its owner: it may be anybody's.
        const labels =
          i === 0
            ? ['--label', 'com.example.run=20260101-000000-abcdef']
            : ['--label', `${LABELS.run}=20260101-000000-abcdef`]
        atEnd(() => run([engine, 'volume', 'rm', '--force', name], { cwd: '/' }))
        atEnd(() => run([engine, 'rm', '--force', name], { cwd: '/' }))
        await output([engine, 'volume', 'create', ...labels, name])
        await output([
          engine,
          'create',
          '--name',
          name,
          ...labels,
          '--volume',
          `${name}:/v`,
          '--entrypoint',
          'sh',
          TOOLS_IMAGE,
        ])
      }
      const cwd = freshFolder(subject)
      mkdirSync(join(cwd, '.mountbench', 'somebody'), { recursive: true })
      writeFileSync(join(cwd, '.mountbench', 'somebody', 'file'), 'mine')
      const alive = await open(subject, 'volume')
      const finished = await mountbench(subject, ['clean'], { cwd })
      expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
      expect(finished.stdout).toMatch(
        new RegExp(`^kept container mountbench-${alive.runId}.*: its run is still going on$`, 'm'),
      )
      expect(finished.stdout).toMatch(
        new RegExp(`^kept volume mountbench-${alive.runId}.*: its run is still going on$`, 'm'),
      )
      const names = await namesOnEngine(subject)
      for (const name of foreign) expect(names.filter((found) => found === name)).toHaveLength(2)
      expect(await alive.held.session.run(['true'], 10)).toMatchObject({ exitCode: 0 })
      expect(readFileSync(join(cwd, '.mountbench', 'somebody', 'file'), 'utf8')).toBe('mine')
      expect(await alive.drop()).toEqual([])
    })
  },
  (subject) => hasImages(subject) && inProcess(subject),
)

onEach("a user's own storage under a run that is killed with -9", (subject) => {
  test('loses our folder and nothing else', async () => {
    const cwd = freshFolder(subject)
    const src = freshFolder(subject)
    writeFileSync(join(src, 'mine.txt'), 'mine')
    writeFileSync(join(cwd, 'endless.fio'), JOB)
    atEnd(() => endProcessesWith(readResults(cwd)[0] ?? 'no run'))
    const args = [
      'run',
      '--fio-job',
      'endless.fio',
      '--mount',
      `bind,src=${src}`,
      '--rounds',
      '1',
      ...engineFlag(subject),
    ]
    const program = startMountbench(subject, args, { cwd })
    await until(
      () =>
        readdirSync(src).length > 1 &&
        processesWith(`${LONG_MS}ms`).some((line) => line.includes(readResults(cwd)[0] ?? '?')),
      60,
      () => program.said(),
    )
    process.kill(nodeOf(program), 'SIGKILL')
    await program.ended
    const finished = await mountbench(subject, ['clean'], { cwd })
    expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
    expect(readdirSync(src)).toEqual(['mine.txt'])
    expect(await remainsOf(readResults(cwd)[0] ?? '?', subject, cwd)).toEqual([])
  })
})

nothingRemains()
