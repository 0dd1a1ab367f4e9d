import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { DURABILITY_QUESTIONS, type DurabilityQuestion, type DurabilityRecord } from '../../src/durability/record.js'
import { TOOLS_IMAGE } from '../../src/engines/labels.js'
import { nodeOf, output, until } from './support/program.js'
import { hasImages, onEach, type Subject } from './support/subjects.js'
import {
  atEnd,
  engineFlag,
  freshFolder,
  mountbench,
  namesOnEngine,
  nothingRemains,
  processesWith,
  startMountbench,
} from './support/world.js'

/**
 * What the documentation says, `-` where there is nothing to try.
 *
 * - docs.docker.com/engine/storage/volumes: a volume's contents exist outside the lifecycle of a container.
 * - `docker container rm`: -v removes anonymous volumes; one specified with a name is not removed. An anonymous volume has a random name, so
 *   the same `docker run` makes another; without -v it stays.
 * - docs.docker.com/engine/storage/bind-mounts: a folder of the host, which the host and other containers may use at the same time.
 * - docs.docker.com/engine/storage/tmpfs: only persisted in host memory; removed when the container stops; cannot be shared.
 * - docs.docker.com/engine/storage/drivers: the writable layer stays while its container does, and is deleted with it.
 * - kernel.org, cgroup-v1/memory and cgroup-v2, `shmem`: tmpfs is charged to who writes it; page cache is reclaimed.
 */
const DOCUMENTED = {
  restart: { volume: 'yes', anonymous: 'yes', bind: 'yes', tmpfs: 'no', layer: 'yes' },
  stopStart: { volume: 'yes', anonymous: 'yes', bind: 'yes', tmpfs: 'no', layer: 'yes' },
  kill: { volume: 'yes', anonymous: 'yes', bind: 'yes', tmpfs: 'no', layer: 'yes' },
  remove: { volume: 'yes', anonymous: 'yes', bind: 'yes', tmpfs: 'no', layer: 'no' },
  removeVolumes: { volume: 'yes', anonymous: 'no', bind: 'yes', tmpfs: 'no', layer: 'no' },
  newContainer: { volume: 'yes', anonymous: 'no', bind: 'yes', tmpfs: 'no', layer: 'no' },
  engineRestart: { volume: '-', anonymous: '-', bind: '-', tmpfs: '-', layer: '-' },
  shared: { volume: 'yes', anonymous: 'yes', bind: 'yes', tmpfs: 'no', layer: 'no' },
  hostSees: { volume: 'yes', anonymous: 'yes', bind: 'yes', tmpfs: 'no', layer: 'yes' },
  countsAsMemory: { volume: 'no', anonymous: 'no', bind: 'no', tmpfs: 'yes', layer: 'no' },
  fsyncReachesDisk: { volume: 'yes', anonymous: 'yes', bind: 'yes', tmpfs: 'no', layer: 'yes' },
  // The engines close their folders to others; the bind mount's is as open as the test made it.
  othersMayRead: { volume: 'no', anonymous: 'no', bind: 'yes', tmpfs: 'no', layer: 'no' },
} as const satisfies Record<DurabilityQuestion, Record<string, 'yes' | 'no' | '-'>>

/** What there is nothing of without an engine. */
const UNTRIED_IN_NAMESPACES: readonly string[] = ['remove', 'removeVolumes', 'engineRestart', 'countsAsMemory']

const QUESTIONS = Object.keys(DURABILITY_QUESTIONS) as DurabilityQuestion[]

/** Anonymous volumes carry no label of ours: they are told by their names. */
const anonymous = (names: readonly string[]) => names.filter((name) => /^[0-9a-f]{64}$/.test(name))
const volumesOf = async (subject: Subject) => (await namesOnEngine(subject)).toSorted()

/** A folder whose way is open to everybody. */
function openFolder(subject: Subject): string {
  const cwd = freshFolder(subject)
  chmodSync(cwd, 0o755)
  return cwd
}

async function tried(subject: Subject, cwd: string): Promise<DurabilityRecord> {
  const finished = await mountbench(subject, ['durability', ...engineFlag(subject), '--format', 'json'], { cwd })
  expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
  const [file = ''] = readdirSync(join(cwd, 'results'))
  expect(readFileSync(join(cwd, 'results', file), 'utf8')).toBe(finished.stdout)
  return JSON.parse(finished.stdout)
}

const word = (value: boolean | null) => (value === null ? '-' : value ? 'yes' : 'no')

onEach('what each mount keeps', (subject) => {
  test('is what the documentation says, with evidence for each answer, and nothing is left', async () => {
    const cwd = openFolder(subject)
    const before = await volumesOf(subject)
    const { rows } = await tried(subject, cwd)
    const without = hasImages(subject) ? [] : UNTRIED_IN_NAMESPACES
    for (const question of QUESTIONS) {
      const answers = Object.fromEntries(rows.map(({ label, answers }) => [label, word(answers[question].value)]))
      const untried = Object.fromEntries(rows.map(({ label }) => [label, '-']))
      // In namespaces every mount but the memory is a folder of the run, and as open as that is.
      const expected = without.includes(question) ? untried : expectedOf(question, subject)
      expect(answers, question).toEqual(expected)
      for (const { answers } of rows) {
        const { value, text, evidence } = answers[question]
        if (value === null) expect(text).not.toBe('')
        else expect(evidence.length).toBeGreaterThan(0)
      }
    }
    expect(readdirSync(cwd)).toEqual(['results'])
    expect(anonymous(await volumesOf(subject))).toEqual(anonymous(before))
    expect(processesWith(cwd)).toEqual([])
  })
})

function expectedOf(question: DurabilityQuestion, subject: Subject): Record<string, string> {
  const documented = DOCUMENTED[question]
  if (hasImages(subject) || question !== 'othersMayRead') return documented
  return { ...documented, volume: 'yes', anonymous: 'yes', layer: 'yes', ...closedFor(subject) }
}

/** Whether others may pass through an ordinary user's home to the folder in it decides for all mounts that are folders. */
function closedFor({ user }: Subject): Record<string, string> {
  if (!user || (statSync(dirname(user.copy)).mode & 0o001) !== 0) return {}
  return { volume: 'no', anonymous: 'no', bind: 'no', layer: 'no' }
}

onEach(
  'stopped in the middle',
  (subject) => {
    test('it removes what it made', async () => {
      const cwd = openFolder(subject)
      const before = await volumesOf(subject)
      const program = startMountbench(subject, ['durability', ...engineFlag(subject)], { cwd })
      const working = async () =>
        (await namesOnEngine(subject)).some((name) => runIdIn(cwd) && name.includes(runIdIn(cwd)))
      await until(working, 60, program.said)
      const runId = runIdIn(cwd)
      process.kill(nodeOf(program), 'SIGINT')
      const { exitCode, stdout, stderr } = await program.ended
      expect(exitCode, stderr).toBe(130)
      expect(stdout).toBe('')
      const left = await volumesOf(subject)
      expect(left.filter((name) => name.includes(runId))).toEqual([])
      expect(anonymous(left)).toEqual(anonymous(before))
      expect(readdirSync(cwd)).toEqual([])
    })
  },
  hasImages,
)

const runIdIn = (cwd: string) =>
  readdirSync(cwd).includes('.mountbench') ? (readdirSync(join(cwd, '.mountbench'))[0] ?? '') : ''

onEach(
  'an fsync that does nothing',
  ({ engine }) => {
    test('is told from one that works, by the pages that were never written', async () => {
      const { WRITE_SCRIPT, fsyncVerdict, parseTraces } = await import('../../src/durability/traces.js')
      const name = `mountbench-e2e-volatile-${process.pid}`
      atEnd(() => output([engine, 'rm', '--force', '--ignore', name]))
      // podman mounts the layer of a container with --rm `volatile`: facts.
      const printed = await output([
        engine,
        'run',
        '--rm',
        '--name',
        name,
        '--network',
        'none',
        '--entrypoint',
        'sh',
        TOOLS_IMAGE,
        '-c',
        WRITE_SCRIPT,
        'sh',
        '/tmp',
        '16',
      ])
      expect(fsyncVerdict(parseTraces(printed), { filesystem: 'overlay' })).toMatchObject({
        value: false,
        text: expect.stringContaining('still unwritten'),
      })
    })
  },
  ({ engine }) => engine === 'podman',
)

nothingRemains()
