import type { Deps } from '../deps.js'
import { deviceUnder, loadText } from '../disk.js'
import type { Engine } from '../engines/engine.js'
import { makeRunFolder, removeRunFolder } from '../engines/folders.js'
import { ENGINE_IDS } from '../engines/ids.js'
import { type Detected, detect, engineName } from '../engines/index.js'
import { TOOLS_IMAGE } from '../engines/labels.js'
import { BenchError, messageOf } from '../errors.js'
import { readKernel } from '../kernel.js'
import { removeLeftovers } from '../leftovers.js'
import { newRunId } from '../owner.js'
import { createPool, type Pool } from '../pool.js'
import { inRam } from '../proof.js'
import { coefficientOfVariation } from '../statistics/describe.js'
import { MOUNT_TYPES, type MountType } from '../targets.js'
import { formatBytes, threeDigits } from '../units.js'
import { parseDd } from '../workloads/parse-dd.js'

const TMPFS_BYTES = 16 * 2 ** 20
const PROBE_SECONDS = 30
const NOISE_TRIALS = 12
const LOAD_SECONDS = 1

/**
 * Prints what can be measured here, and for everything that cannot be what to do about it. Makes small instances, and removes them.
 * Throws `interrupted` when the signal is aborted, after everything was removed.
 */
export async function doctorCommand(deps: Deps): Promise<void> {
  const detected = await Promise.all(ENGINE_IDS.map((id) => detect(id, deps)))
  const print = (heading: string, lines: readonly string[]) => {
    // What was found out while all was being ended says nothing of this machine.
    if (deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
    deps.stdout.write(`${heading}\n${lines.map((line) => `  ${line}\n`).join('')}\n`)
  }
  print('engines', detected.map(engineLine))
  print('programs of this machine (for host, and for the namespaces engine)', await programLines(deps))
  for (const { engine } of detected)
    if (engine) print(`mounts on ${engineName(engine)}`, await mountLines(engine, deps))
  print('what to know', await factLines(deps))
}

function engineLine({ id, engine, problem }: Detected): string {
  if (!engine) return `${id.padEnd(11)} not usable: ${problem?.message}${problem?.hint ? `; try: ${problem.hint}` : ''}`
  const { record } = engine
  const where = record.remote ? `on ${record.remote}` : record.sameKernel ? 'here' : 'in a virtual machine'
  const backing = record.backingFilesystem ? ` on ${record.backingFilesystem}` : ''
  return `${id.padEnd(11)} ${record.version}, ${where}, storage driver ${record.storageDriver}${backing}, kernel ${record.kernel}`
}

async function programLines({ exec }: Deps): Promise<string[]> {
  const programs = {
    dd: 'install coreutils',
    fio: 'apt-get install fio',
    unshare: 'install util-linux',
    setpriv: 'install util-linux',
  }
  const lines = Object.entries(programs).map(async ([name, cure]) => {
    const { stdout, stderr, exitCode } = await exec([name, '--version'])
    const version = `${stdout}\n${stderr}`.split('\n').find((line) => /\d/.test(line))
    return `${name.padEnd(11)} ${exitCode === 127 ? `missing; try: ${cure}` : (version?.trim() ?? 'there')}`
  })
  return Promise.all(lines)
}

/** A line for each mount type: which filesystem and device it is, its room, and whether it takes O_DIRECT. */
async function mountLines(engine: Engine, deps: Deps): Promise<string[]> {
  try {
    await removeLeftovers([engine], deps)
    const image = await engine.ensureImage({ name: null, pull: 'never', build: false })
    const header = image ? [`image ${TOOLS_IMAGE} is there (${image.id.slice(0, 19)})`] : []
    return [...header, ...(await withPool(engine, deps, (pool) => probeAll(pool, deps)))]
  } catch (error) {
    const hint = error instanceof BenchError && error.hint ? `; try: ${error.hint}` : ''
    return [`cannot be looked at: ${messageOf(error)}${hint}`]
  }
}

async function withPool<T>(engine: Engine, deps: Deps, work: (pool: Pool) => Promise<T>): Promise<T> {
  const runId = newRunId(deps)
  const pool = createPool({ engine, runId, tmpfsBytes: TMPFS_BYTES }, deps)
  await makeRunFolder(deps.cwd, runId, deps.owner)
  try {
    return await work(pool)
  } finally {
    await pool.dropAll()
    await removeRunFolder(deps.cwd, runId)
  }
}

async function probeAll(pool: Pool, deps: Deps): Promise<string[]> {
  const lines: string[] = []
  for (const type of MOUNT_TYPES)
    lines.push(await mountLine(type, pool).catch((error) => `${type.padEnd(10)} cannot be made: ${messageOf(error)}`))
  return [...lines, ...(await diskLines(pool, deps)), await noiseLine(pool)]
}

/** What each device under the mounts is doing, whoever makes it: over a second in which nothing of ours runs. */
async function diskLines(pool: Pool, { sleep, now }: Deps): Promise<string[]> {
  const held = MOUNT_TYPES.flatMap((type) => pool.held(type) ?? []).filter(({ probe }) => !inRam(probe.proof))
  const devices = [...new Set(held.map(({ probe }) => deviceUnder(probe.proof)))]
  const lines: string[] = []
  for (const device of devices) {
    const [first] = held.filter(({ probe }) => deviceUnder(probe.proof) === device)
    if (!first) continue
    const started = now()
    const before = (await readKernel(first.session)).devices[device]
    await sleep(LOAD_SECONDS)
    const after = (await readKernel(first.session)).devices[device]
    const { backing, source } = first.probe.proof
    const name = `disk       ${backing?.source ?? source} (${device})`
    const load =
      before && after ? loadText(before, after, (now() - started) / 1000) : 'its kernel does not count its requests'
    lines.push(`${name}: ${load}`)
  }
  return lines
}

async function mountLine(type: MountType, pool: Pool): Promise<string> {
  const { probe } = await pool.take({ label: type, type })
  const { filesystem, source, backing, freeBytes, direct } = probe.proof
  const below =
    backing && backing.filesystem !== filesystem ? ` on ${backing.filesystem} (${backing.source})` : ` (${source})`
  const takes =
    direct === null
      ? 'cannot be asked for O_DIRECT'
      : direct
        ? 'takes O_DIRECT'
        : 'refuses O_DIRECT: direct scenarios are skipped'
  const ram = inRam(probe.proof) ? '; memory: O_DIRECT and fsync have no effect' : ''
  const fio = probe.tools.fio ?? 'no fio: its scenarios are skipped'
  return `${type.padEnd(10)} ${filesystem}${below}, ${formatBytes(freeBytes)} free, ${takes}${ram}; ${fio}`
}

/** How much the same small synced write differs from try to try on the bare disk: what a single measurement is worth here. */
async function noiseLine(pool: Pool): Promise<string> {
  const { session, directory } = await pool.take({ label: 'host', type: 'host' })
  const write = ['dd', 'if=/dev/zero', `of=${directory}/noise`, 'bs=4k', 'count=64', 'oflag=dsync']
  const seconds: number[] = []
  for (let trial = 0; trial < NOISE_TRIALS; trial++)
    seconds.push(parseDd(await session.run(write, PROBE_SECONDS)).seconds)
  const percent = (coefficientOfVariation(seconds) ?? 0) * 100
  const advice =
    percent > 10 ? 'noisy: trust no single run, and give --rounds 24 or more' : 'quiet: the default rounds will do'
  return `noise      ${NOISE_TRIALS} times 64 synced writes of 4 KiB on the host: coefficient of variation ${threeDigits(percent)}%; ${advice}`
}

async function factLines({ exec }: Deps): Promise<string[]> {
  const { stdout } = await exec(['cat', '/proc/sys/vm/dirty_ratio', '/proc/meminfo'])
  const ratio = Number(/^\d+/.exec(stdout)?.[0] ?? 0)
  const available = Number(/^MemAvailable: +(\d+)/m.exec(stdout)?.[1] ?? 0) * 1024
  const cached =
    ratio && available
      ? [
          `page cache: a buffered write of less than about ${formatBytes((available * ratio) / 100)} ends in memory, not on the disk`,
        ]
      : []
  return [
    ...cached,
    'tmpfs: memory that counts against the container; it takes O_DIRECT from Linux 6.6 on, without effect',
    'cold reads: only the page cache of this kernel is emptied, never that of the device or the hypervisor',
  ]
}
