import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Deps, TextStream } from '../src/deps.js'
import type { Engine, Instance, InstanceRequest, PartyPlan } from '../src/engines/engine.js'
import { instanceName, partyName } from '../src/engines/labels.js'
import type { Exec, ExecResult, OpenPipe, Pipe } from '../src/exec.js'
import type { EngineRecord } from '../src/model.js'
import type { Command, Party } from '../src/scenario.js'
import { openSession, type Session } from '../src/session.js'
import { untouched } from '../src/targets.js'
import { ddOutput, engineRecord, fixture, MIB } from './builders.js'

/** A stream that keeps what was written. */
export interface FakeStream extends TextStream {
  text: () => string
  frames: string[]
}

export function fakeStream(more: Partial<TextStream> & { terminal?: boolean } = {}): FakeStream {
  let text = ''
  const frames: string[] = []
  return {
    write: (part) => {
      text += part
    },
    isTTY: more.terminal ?? false,
    columns: 100,
    live: more.terminal ? { render: (frame) => void frames.push(frame), done: () => void frames.push('done') } : null,
    ...more,
    text: () => text,
    frames,
  }
}

export const result = (more: Partial<ExecResult> = {}): ExecResult => ({
  command: [],
  stdout: '',
  stderr: '',
  exitCode: 0,
  timedOut: false,
  ...more,
})

/** An exec that keeps the commands and answers the first row whose text begins the command; otherwise success without output. */
export function fakeExec(
  answers: Readonly<Record<string, Partial<ExecResult> | ((command: Command) => Partial<ExecResult>)>> = {},
) {
  const commands: string[][] = []
  const inputs: string[] = []
  const exec: Exec = async (command, { input } = {}) => {
    commands.push([...command])
    if (input !== undefined) inputs.push(input)
    const key = Object.keys(answers).find((text) => command.join(' ').startsWith(text))
    const answer = key === undefined ? {} : answers[key]
    return result({ command, ...(typeof answer === 'function' ? answer(command) : answer) })
  }
  const lines = () => commands.map((command) => command.join(' '))
  return { exec, commands, inputs, lines }
}

/** An exec and a pipe for what must run nothing. */
export const noExec: Exec = async (command) => {
  throw new Error(`nothing may be run, but this was: ${command.join(' ')}`)
}
export const noPipe: OpenPipe = (command) => {
  throw new Error(`nothing may be started, but this was: ${command.join(' ')}`)
}

/** A clock that only moves when it is told to, or when someone sleeps. */
export function fakeClock() {
  let milliseconds = 1000
  return {
    now: () => milliseconds,
    advance: (seconds: number) => {
      milliseconds += seconds * 1000
    },
    sleep: async (seconds: number) => {
      milliseconds += seconds * 1000
    },
  }
}

/** An empty folder, which is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mountbench-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Everything that comes one after another. */
export async function allOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

export interface FakeDeps extends Deps {
  stdout: FakeStream
  stderr: FakeStream
}

/** An outside in which nothing is real but an empty working directory. */
export function fakeDeps(more: Partial<FakeDeps> = {}): FakeDeps {
  const clock = fakeClock()
  let tokens = 0
  return {
    exec: fakeExec().exec,
    openPipe: noPipe,
    now: clock.now,
    clock: () => new Date('2026-11-21T12:00:00Z'),
    sleep: clock.sleep,
    token: (digits) => (++tokens).toString(16).padStart(digits, '0').slice(-digits),
    env: {},
    cwd: temporaryFolder(),
    root: true,
    stdout: fakeStream(),
    stderr: fakeStream(),
    ask: null,
    signal: new AbortController().signal,
    owner: 'here/boot/1/100',
    ...more,
  }
}

/** How a fake container answers a command: its output, or that it never ends, or that it dies of it. */
export type Answer =
  | { stdout?: string; stderr?: string; exitCode?: number; read?: number; written?: number }
  | 'hang'
  | { dies: number; stderr?: string }

export type Answers = (command: Command) => Answer | Promise<Answer>

/** A pipe at whose other end the session's protocol is spoken by a function instead of a shell. */
export function fakePipe(mark: string, answers: Answers): Pipe {
  const listeners = { stdout: (_: string) => {}, stderr: (_: string) => {} }
  const counted = { read: 0, written: 0 }
  let alive = true
  let finish = (_: { exitCode: number; message: string }) => {}
  const ended = new Promise<{ exitCode: number; message: string }>((resolve) => {
    finish = resolve
  })
  const die = (exitCode: number) => {
    alive = false
    finish({ exitCode, message: '' })
  }
  const write = async (text: string) => {
    const [count = '', ...rest] = text.split('\n')
    const answer = await answers(rest.slice(0, Number(count)))
    if (answer === 'hang' || !alive) return
    listeners.stderr(answer.stderr ?? '')
    if ('dies' in answer) return die(answer.dies)
    counted.read += answer.read ?? 0
    counted.written += answer.written ?? 0
    listeners.stdout(`${answer.stdout ?? ''}\n${mark} ${answer.exitCode ?? 0} ${counted.read} ${counted.written}\n`)
    listeners.stderr(`\n${mark}\n`)
  }
  return {
    write: (text) => void write(text),
    onStdout: (listener) => {
      listeners.stdout = listener
    },
    onStderr: (listener) => {
      listeners.stderr = listener
    },
    ended,
    end: () => die(0),
    kill: () => die(137),
    pid: undefined,
  }
}

/** A session in a fake container, with the commands it was given. */
export function fakeSession(answers: Answers): { session: Session; commands: string[][] } {
  const commands: string[][] = []
  const pipe = fakePipe('MARK', (command) => {
    commands.push([...command])
    return answers(command)
  })
  const session = openSession(pipe, { mark: 'MARK', now: () => 0, kill: async () => pipe.kill() })
  return { session, commands }
}

/** Every part of what a container tells before it is measured. */
export interface FakeMachine {
  /** A line of mountinfo for the mount point, by the target's label. */
  mountinfo: Record<string, string>
  /** Free bytes of the target's filesystem, by label. */
  free: Record<string, number>
  tools: Record<string, string>
  direct: boolean
}

const DISK_LINE = '144 127 254:0 /volumes/v/_data /mountbench rw,relatime - ext4 /dev/vda rw'
const RAM_LINE = '144 127 0:48 / /mountbench rw - tmpfs tmpfs rw'

export const machine = (more: Partial<FakeMachine> = {}): FakeMachine => ({
  free: {},
  tools: { dd: 'dd (coreutils) 9.1', fio: 'fio-3.33' },
  direct: true,
  ...more,
  mountinfo: { volume: DISK_LINE, bind: DISK_LINE, tmpfs: RAM_LINE, ...more.mountinfo },
})

/** What a fake engine made and removed, and what was run in it. */
export interface Told {
  opened: string[]
  closed: string[]
  /** Label, space, command. */
  commands: string[]
}

export interface FakeEngineOptions {
  machine?: FakeMachine
  /** Instead of the machine's own answer; undefined leaves it to that. */
  answer?: (label: string, command: Command, told: Told) => Answer | Promise<Answer> | undefined
  /** Answers of exec, as in `fakeExec`. */
  exec?: Parameters<typeof fakeExec>[0]
  engine?: Partial<Engine>
  record?: Partial<EngineRecord>
  deps?: Partial<FakeDeps>
}

/** An engine whose containers are functions, and an outside to run it in. */
export function fakeEngine({ machine: built = machine(), answer, exec, engine, record, deps }: FakeEngineOptions = {}) {
  const told: Told = { opened: [], closed: [], commands: [] }
  const execs = fakeExec(exec)
  const openPipe: OpenPipe = (command) => {
    const [, label = '', number = '', mark = ''] = command
    const name = `${label}-${number}`
    told.opened.push(name)
    const pipe = fakePipe(mark, (inside) => {
      told.commands.push(`${label} ${inside.join(' ')}`)
      return answer?.(label, inside, told) ?? machineAnswer(built, label, inside)
    })
    void pipe.ended.then(() => told.closed.push(name))
    return pipe
  }
  const fake: Engine = {
    program: 'fake',
    record: engineRecord({ sameKernel: false, ...record }),
    plan: (request) => fakePlan(request),
    partyPlan: (request, party) => fakeParty(request, party),
    paste: (plan) => ({ start: plan.start, inside: (command) => command, leave: [] }),
    ensureImage: async ({ name }) => ({ name: name ?? 'tools', id: 'sha256:1', digests: [] }),
    objection: async () => null,
    leftovers: async () => [],
    ...engine,
  }
  const outside = fakeDeps({ exec: execs.exec, openPipe, ...deps })
  return { engine: fake, deps: outside, told, execs }
}

function fakePlan({ target, runId, number }: InstanceRequest) {
  const name = instanceName(runId, target.label, number)
  return {
    name,
    create: [['fake', 'create', name]],
    start: ['fake', target.label, String(number)],
    startIn: null,
    mountPoint: '/mountbench',
    untouched: untouched(target),
    kill: null,
    note: null,
    sweep: [],
    remove: [['fake', 'rm', name]],
  }
}

/** A party whose label is the target's with the party's name: `volume/second`. */
function fakeParty({ target, runId, number }: InstanceRequest, party: Party): PartyPlan {
  const instance = instanceName(runId, target.label, number)
  const name = partyName(instance, party)
  return {
    party,
    instance: {
      name,
      create: [['fake', 'create', name]],
      start: ['fake', `${target.label}/${party}`, String(number)],
      startIn: null,
      mountPoint: '/archive',
      kill: null,
      note: null,
      sweep: [],
      remove: [['fake', 'rm', name]],
    },
    directory: `${party === 'outside' ? '/host' : '/mountbench'}/${instance}`,
  }
}

function machineAnswer({ mountinfo, free, tools, direct }: FakeMachine, label: string, command: Command): Answer {
  const [program = '', ...rest] = command
  const text = command.join(' ')
  if (text === 'cat /proc/self/mountinfo') {
    const [target = '', party] = label.split('/')
    const line = mountinfo[label] ?? mountinfo[target] ?? ''
    const seen = party === 'reader' ? line.replace(/ rw([, ])/, ' ro$1') : line
    return { stdout: `100 1 0:39 / / rw - overlay overlay rw\n${seen}\n` }
  }
  if (text.startsWith('cat /proc/meminfo')) return { stdout: fixture('kernel.txt') }
  if (program === 'stat') return { stdout: '65024:77\n' }
  if (program === 'cat') return { exitCode: 1 }
  if (program === 'df')
    return { stdout: dfOutput(free[label] ?? (mountinfo[label]?.includes('tmpfs') ? tmpfsSize() : 50 * 1024 * MIB)) }
  if (rest[0] === '--version' || (program === 'python3' && rest[0] === '-I' && rest[1] === '-c')) {
    const version = tools[program]
    return version === undefined
      ? { exitCode: 127, stderr: `sh: 1: ${program}: not found\n` }
      : { stdout: `${version}\n` }
  }
  if (program === 'dd') return ddAnswer(command, direct)
  if (program === 'fio') return { stdout: fixture('scenarios/fsync-latency.txt') }
  return {}
}

/** What plan.ts gives a tmpfs when the largest scenario moves 64 MiB. */
export const tmpfsSize = () => Math.ceil((64 * MIB * 1.1 + 16 * MIB) / 4096) * 4096

const dfOutput = (free: number) =>
  `Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x ${free / 1024} 0 ${free / 1024} 0% /mountbench\n`

function ddAnswer(command: Command, direct: boolean): Answer {
  const operand = (key: string) => command.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1)
  if (operand('oflag') === 'direct' && !direct)
    return { exitCode: 1, stderr: "dd: failed to open 'x': Invalid argument\n" }
  const bytes = Number(operand('count')) * (operand('bs') === '1M' ? MIB : 4096)
  return { stderr: ddOutput(bytes, 0.5), read: 0, written: bytes }
}

/** An instance in a fake container. */
export function fakeInstance(answers: Answers): Instance & { commands: string[][] } {
  const { session, commands } = fakeSession(answers)
  const lifecycle = { createSeconds: 0, startSeconds: 0.1, removeSeconds: null }
  return {
    directory: '/mountbench/work',
    mountPoint: '/mountbench',
    session,
    lifecycle,
    commands,
    close: async () => [],
  }
}
