import { readFile } from 'node:fs/promises'
import type { Engine, Instance } from './engines/engine.js'
import { BenchError } from './errors.js'
import { readKernel } from './kernel.js'
import type { Proof } from './model.js'
import { type Mount, mountOf, parseDf, parseMountinfo } from './proof.js'
import type { Command, Tool } from './scenario.js'
import type { Session } from './session.js'

const PROBE_SECONDS = 30

/** What a target turned out to be, seen from inside. */
export interface Probe {
  proof: Proof
  /** Version lines of the workload programs that are there. */
  tools: Record<string, string>
  /** Memory that a file in memory may take: what is available, or less by the container's limit; null when not told. */
  memoryBytes: number | null
}

/**
 * Reads the proof of mount of an instance, and what it has to measure with. Writes one block of 4 KiB, and removes it, unless
 * `readOnly`: then it is not known whether O_DIRECT is accepted.
 */
export async function probe(
  { session, directory }: Pick<Instance, 'session' | 'directory'>,
  engine: Pick<Engine, 'record'>,
  readOnly = false,
): Promise<Probe> {
  const mount = await mountProof(session, directory, engine)
  const direct = readOnly ? null : await takesDirect(session, directory)
  return { proof: { ...mount, direct }, tools: await toolsIn(session), memoryBytes: await memoryFor(session) }
}

/** Which filesystem a folder lies on: the session's own mountinfo and df. Writes nothing. */
export async function mountProof(
  session: Session,
  directory: string,
  engine: Pick<Engine, 'record'>,
): Promise<Omit<Proof, 'direct'>> {
  const mounts = parseMountinfo(await text(session, ['cat', '/proc/self/mountinfo']))
  // mountinfo has no symbolic links in its paths.
  const real = (await text(session, ['readlink', '-f', '--', directory])).trim()
  const mount = mountOf(real || directory, mounts)
  const space = parseDf(await text(session, ['df', '-Pk', directory]))
  if (!mount || !space)
    throw new BenchError('cannot-run', `${directory} cannot be found in the container's own mountinfo and df`)
  const { line, ...shown } = mount
  const backing = engine.record.sameKernel ? await backingOf(mount) : null
  return { directory, ...shown, ...space, mountinfo: line, backing }
}

async function text(session: Session, command: readonly string[]): Promise<string> {
  return (await session.run(command, PROBE_SECONDS)).stdout
}

/** The filesystem that holds an overlay's upper folder, in the host's own mountinfo; a mount's own is its backing. */
async function backingOf(mount: Mount): Promise<Proof['backing']> {
  const upper = mount.options.find((option) => option.startsWith('upperdir='))?.slice('upperdir='.length)
  const hostMounts = parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''))
  const below = upper ? mountOf(upper, hostMounts) : mount
  return below ? { filesystem: below.filesystem, source: below.source, device: below.device } : null
}

/** Whether one block can be written with O_DIRECT; null when the dd there cannot ask. */
async function takesDirect(session: Session, directory: string): Promise<boolean | null> {
  const file = `${directory}/probe`
  const plain = ['dd', 'if=/dev/zero', `of=${file}`, 'bs=4096', 'count=1']
  const written = await session.run(plain, PROBE_SECONDS)
  if (written.exitCode === 127) return null
  if (written.exitCode !== 0)
    throw new BenchError('cannot-run', `the container cannot write to the mount: ${written.stderr.trim()}`)
  const direct = await session.run([...plain, 'oflag=direct'], PROBE_SECONDS)
  await session.run(['rm', '-f', '--', file], PROBE_SECONDS)
  if (direct.exitCode === 0) return true
  return /invalid argument|not supported/i.test(direct.stderr) && !/flag|oflag/i.test(direct.stderr) ? false : null
}

/** Its version and that of its sqlite3 module, which a small installation lacks. */
const PYTHON_VERSIONS =
  'import platform, importlib.util; print("Python", platform.python_version() + (", SQLite " + __import__("sqlite3").sqlite_version if importlib.util.find_spec("_sqlite3") else ", without sqlite3"))'

/** How each program is asked for its version. */
const VERSIONS = {
  dd: ['dd', '--version'],
  fio: ['fio', '--version'],
  python3: ['python3', '-I', '-c', PYTHON_VERSIONS],
  tar: ['tar', '--version'],
  pgbench: ['pgbench', '--version'],
} as const satisfies Record<Tool, Command>

/** The first line with a digit of what each program says of its version; busybox says it on stderr. */
async function toolsIn(session: Session): Promise<Record<string, string>> {
  const tools: Record<string, string> = {}
  for (const [name, command] of Object.entries(VERSIONS)) {
    const { stdout, stderr, exitCode } = await session.run(command, PROBE_SECONDS)
    const line = `${stdout}\n${stderr}`.split('\n').find((candidate) => /\d/.test(candidate))
    if (exitCode !== 127) tools[name] = line?.trim() ?? name
  }
  return tools
}

/** cgroup v2, then v1; without a limit v2 says `max` and v1 a number beyond all memory. */
const LIMITS = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']

async function memoryFor(session: Session): Promise<number | null> {
  const limits = (await text(session, ['cat', ...LIMITS]))
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number)
  const { availableBytes } = await readKernel(session)
  return availableBytes === null && limits.length === 0
    ? null
    : Math.min(availableBytes ?? Number.POSITIVE_INFINITY, ...limits)
}
