import { describe, expect, test } from 'vitest'
import { tryDurability } from '../../src/durability/durability.js'
import { DURABILITY_QUESTIONS, type DurabilityQuestion, type DurabilityRecord } from '../../src/durability/record.js'
import { type Faults, fakeContainers } from './fake-containers.js'

async function tried(faults: Faults = {}, more: Partial<Parameters<typeof tryDurability>[0]> = {}) {
  const world = fakeContainers(faults)
  const problems: string[] = []
  const options = {
    engine: world.engine,
    image: 'tools',
    onProblem: (problem: string) => problems.push(problem),
    ...more,
  }
  const outcome = await tryDurability(options, world.deps).then(
    (record) => ({ record, error: null }),
    (error) => ({ record: null, error }),
  )
  return { ...world, ...outcome, problems }
}

const answer = (record: DurabilityRecord | null, label: string, question: DurabilityQuestion) =>
  record!.rows.find((row) => row.label === label)!.answers[question]

/** What docker documents of its mounts, in the order of the questions; `-` is not tried. */
const DOCUMENTED = {
  volume: 'yes yes yes yes yes yes - yes yes no yes no',
  anonymous: 'yes yes yes yes no no - yes yes no yes no',
  bind: 'yes yes yes yes yes yes - yes yes no yes no',
  tmpfs: 'no no no no no no - no no yes no no',
  layer: 'yes yes yes no no no - no yes no yes no',
}

const words = (record: DurabilityRecord | null, label: string) =>
  Object.keys(DURABILITY_QUESTIONS)
    .map((question) => answer(record, label, question as DurabilityQuestion).value)
    .map((value) => (value === null ? '-' : value ? 'yes' : 'no'))
    .join(' ')

describe('what each mount keeps', () => {
  test.for(Object.entries(DOCUMENTED))('%s', async ([label, expected], { expect }) => {
    const { record, left, problems } = await tried()
    expect(words(record, label)).toBe(expected)
    expect(problems).toEqual([])
    expect(left()).toEqual([])
  })

  test('a tmpfs that survives is noticed: the answers are found, not known', async () => {
    const { record } = await tried({ tmpfsSurvives: true })
    expect(words(record, 'tmpfs')).not.toBe(DOCUMENTED.tmpfs)
    expect(answer(record, 'tmpfs', 'restart').value).toBe(true)
    expect(answer(record, 'tmpfs', 'stopStart').value).toBe(true)
  })

  test('an engine that leaves files where it is started has a folder for each container', async () => {
    const { record, left } = await tried({ litters: true })
    for (const [label, expected] of Object.entries(DOCUMENTED)) expect(words(record, label), label).toBe(expected)
    expect(left()).toEqual([])
  })

  test('every answer that was tried has its evidence, with the marker it looked for', async () => {
    const { record } = await tried()
    for (const { answers } of record!.rows) {
      for (const { value, evidence } of Object.values(answers)) expect(evidence.length > 0).toBe(value !== null)
    }
    const [left, restarted, looked] = answer(record, 'volume', 'restart').evidence
    expect(restarted!.command).toEqual(['docker', 'restart', '-t', '1', expect.stringContaining('-volume-0')])
    expect(left!.command.at(-1)).toBe(looked!.output)
  })

  test('no marker is used twice', async () => {
    const { lines } = await tried()
    const tokens = lines.filter((line) => line.includes('printf')).map((line) => line.split(' ').at(-1))
    expect(tokens.length).toBeGreaterThan(30)
    expect(new Set(tokens).size).toBe(tokens.length)
  })
})

describe('what the engine refuses', () => {
  const refusing = (stderr: string) =>
    tried({
      reply: (line) =>
        line.includes('-tmpfs-0 --entrypoint') && line.includes('volumes-from') ? { exitCode: 125, stderr } : undefined,
    })

  test('to share a tmpfs is a no, as docker says it', async () => {
    const { record } = await refusing(
      "docker: Error response from daemon: get: volume not found.\nRun 'docker run --help' for more information\n",
    )
    expect(answer(record, 'tmpfs', 'shared')).toMatchObject({ value: false, text: 'the engine refuses to share it' })
    expect(answer(record, 'tmpfs', 'shared').evidence[0]!.output).toContain('volume not found')
  })

  test('for another reason is no answer', async () => {
    const { record } = await refusing(
      "docker: no space left on device\n\nRun 'docker run --help' for more information\n",
    )
    expect(answer(record, 'tmpfs', 'shared')).toMatchObject({
      value: null,
      text: 'docker run failed: docker: no space left on device',
    })
  })
})

describe('what cannot be tried is said', () => {
  test('a container that is not started again has no answer, and the others have theirs', async () => {
    const { record, left } = await tried({
      reply: (line) => (line.startsWith('docker restart') ? { exitCode: 1, stderr: 'no such runtime\n' } : undefined),
    })
    expect(answer(record, 'volume', 'restart')).toEqual({
      value: null,
      text: 'docker restart failed: no such runtime',
      evidence: [],
    })
    expect(answer(record, 'volume', 'stopStart').value).toBe(true)
    expect(left()).toEqual([])
  })

  test('a file that holds another word is no survival', async () => {
    const { record } = await tried({
      reply: (line) => (line.includes(' if [ -e ') ? { stdout: 'an older marker\n' } : undefined),
    })
    expect(answer(record, 'volume', 'restart')).toMatchObject({ value: null, text: 'another marker is there' })
  })

  test('a mount that cannot be made is a row of reasons', async () => {
    const { record, left } = await tried({
      reply: (line) =>
        line.includes('type=tmpfs') ? { exitCode: 125, stderr: 'tmpfs is forbidden here\n' } : undefined,
    })
    expect(new Set(Object.values(record!.rows[3]!.answers).map(({ text }) => text))).toEqual(
      new Set(['docker run failed: tmpfs is forbidden here']),
    )
    expect(words(record, 'volume')).toBe(DOCUMENTED.volume)
    expect(left()).toEqual([])
  })

  test('a mount that is not what was asked for is a row of reasons', async () => {
    const { record } = await tried({
      reply: (line) =>
        line.endsWith('-tmpfs-0 cat /proc/self/mountinfo')
          ? { stdout: '1 0 0:1 / / rw - overlay overlay rw\n' }
          : undefined,
    })
    expect(answer(record, 'tmpfs', 'restart')).toMatchObject({
      value: null,
      text: expect.stringContaining('is not what was asked for'),
    })
  })

  test.for([
    [{ remote: 'tcp://10.0.0.1:2375', sameKernel: false }, 'volume', 'tcp://10.0.0.1:2375'],
    [{ sameKernel: false }, 'volume', 'a machine of its own'],
  ] as const)('an engine elsewhere: %j', async ([record, label, where]) => {
    const tried1 = await tried({ record })
    expect(answer(tried1.record, label, 'hostSees')).toMatchObject({
      value: null,
      text: `the engine runs in ${where}: its folders are not here`,
    })
    expect(answer(tried1.record, label, 'othersMayRead').value).toBeNull()
  })

  test('the folder of a bind mount is here, also when the engine is in a machine of its own', async () => {
    const { record } = await tried({ record: { sameKernel: false } })
    expect(answer(record, 'bind', 'hostSees')).toMatchObject({
      value: true,
      text: expect.stringContaining('/.mountbench/'),
    })
  })

  test('a folder that this user may not read is not seen by it', async () => {
    const { record } = await tried({
      root: false,
      reply: (line) =>
        line.startsWith('cat -- /volumes/') ? { exitCode: 1, stderr: 'cat: x: Permission denied\n' } : undefined,
    })
    expect(answer(record, 'volume', 'hostSees')).toMatchObject({
      value: false,
      text: expect.stringMatching(/^not by this user, at \/volumes\/.*Permission denied$/),
    })
    expect(answer(record, 'volume', 'othersMayRead')).toMatchObject({ value: false, text: 'locked is drwx------ root' })
  })
})

describe('a restart of the engine', () => {
  const restartEngine = ['systemctl', 'restart', 'docker']
  const restarting = { reply: (line: string) => (line.startsWith('systemctl') ? {} : undefined) }

  test('is not tried unasked', async () => {
    const { record, lines } = await tried(restarting)
    expect(answer(record, 'volume', 'engineRestart')).toEqual({
      value: null,
      text: 'not tried: would stop your other containers; --restart-engine tries it',
      evidence: [],
    })
    expect(lines.filter((line) => line.startsWith('systemctl'))).toEqual([])
  })

  test('is done once for all mounts', async () => {
    const { record, lines, left } = await tried(restarting, { restartEngine })
    expect(lines.filter((line) => line === 'systemctl restart docker')).toHaveLength(1)
    expect(answer(record, 'volume', 'engineRestart').value).toBe(true)
    expect(answer(record, 'volume', 'engineRestart').evidence.map(({ command }) => command[1])).toEqual([
      'exec',
      'restart',
      'version',
      'start',
      'exec',
    ])
    expect(left()).toEqual([])
  })

  test('that fails leaves the answer open, and the rest as it was', async () => {
    const { record, left } = await tried(
      { reply: (line) => (line.startsWith('systemctl') ? { exitCode: 5, stderr: 'not found\n' } : undefined) },
      { restartEngine },
    )
    expect(answer(record, 'volume', 'engineRestart')).toMatchObject({
      value: null,
      text: 'systemctl restart failed: not found',
    })
    expect(answer(record, 'volume', 'restart').value).toBe(true)
    expect(left()).toEqual([])
  })

  test('is nothing for podman, which has no daemon', async () => {
    const { record, lines } = await tried({ record: { id: 'podman' }, ...restarting }, { restartEngine })
    expect(answer(record, 'volume', 'engineRestart').text).toBe('podman has no daemon that could be restarted')
    expect(lines.filter((line) => line.startsWith('systemctl'))).toEqual([])
  })
})

describe('afterwards', () => {
  test.for(['run', 'restart', 'rm --force docker', 'volume inspect'])(
    'an interruption at docker %s leaves nothing',
    async (verb) => {
      const stopping = new AbortController()
      const { error, left } = await tried({
        signal: stopping.signal,
        reply: (line) => {
          if (line.startsWith(`docker ${verb.split(' ')[0]}`)) stopping.abort()
          return undefined
        },
      })
      expect(error).toMatchObject({ code: 'interrupted' })
      expect(left()).toEqual([])
    },
  )

  test('what could not be removed is told', async () => {
    const { problems } = await tried({
      reply: (line) =>
        line.startsWith('docker volume rm') ? { exitCode: 1, stderr: 'volume is in use\n' } : undefined,
    })
    expect(problems[0]).toMatch(/^docker volume rm .*: volume is in use$/)
  })
})
