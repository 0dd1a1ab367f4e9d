import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { isScenarioWord } from '../compose/options.js'
import { holdsRun, isPath } from '../run-references.js'
import { fieldText, writtenFields } from '../targets.js'
import { fioJobId } from '../workloads/fio-job.js'
import type { Config } from './find.js'
import { flagOf, SETTING_NAMES, type SettingName, type Settings } from './settings.js'

/** Flags that speak of the same as others: with one of them on the command line, the settings of the others do not hold. */
const DISPLACED: Readonly<Record<string, readonly string[]>> = {
  mount: ['compose', 'service'],
  reference: ['mount', 'compose', 'service'],
  rounds: ['minRounds', 'maxRounds'],
  minRounds: ['rounds'],
  maxRounds: ['rounds'],
}

/**
 * Puts the settings of a configuration where a command was given no flag for it, and only those that it takes. Relative paths of the
 * configuration are of its own folder. Returns the names of the settings that hold.
 */
export function applyConfig(
  command: Command,
  { settings, folder }: Config,
  takes: readonly SettingName[],
  cwd: string,
): SettingName[] {
  const values = besideTyped(settingsAt(settings, folder, cwd), command)
  return SETTING_NAMES.filter((name) => takes.includes(name) && values[name] !== undefined).filter((name) =>
    applied(command, flagOf(name), values[name]),
  )
}

function applied(command: Command, flag: string | null, value: unknown): boolean {
  if (flag === null) {
    command.processedArgs[0] = value
    return true
  }
  const given = (name: string) => command.getOptionValueSource(name) === 'cli'
  if ([flag, ...(DISPLACED[flag] ?? [])].some(given)) return false
  command.setOptionValueWithSource(flag, value, 'config')
  return true
}

/** The settings that still hold, and as far as they do, beside what was typed about the same without their own flag. */
function besideTyped(settings: Settings, command: Command): Settings {
  const { scenarios, fioJobs = [], minRounds, maxRounds } = settings
  const typed = command.opts<{ fioJob?: string[]; minRounds?: string; maxRounds?: string }>()
  const words = scenarioWords(command, fioJobs)
  const jobs = words.length > 0 ? fioJobs.filter((file) => words.includes(fioJobId(file))) : fioJobs
  return {
    ...settings,
    // What was typed now is at the most services of a Compose file.
    scenarios: words.length > 0 || typed.fioJob ? undefined : scenarios && [...scenarios, ...command.args],
    fioJobs: jobs.length > 0 ? jobs : undefined,
    // A bound that was typed is not refused for the other one, which nobody typed.
    minRounds: Number(minRounds) > Number(typed.maxRounds) ? undefined : minRounds,
    maxRounds: Number(maxRounds) < Number(typed.minRounds) ? undefined : maxRounds,
  }
}

/** The typed words that name what is run; beside a Compose file the others are its services. */
function scenarioWords(command: Command, fioJobs: readonly string[]): string[] {
  if (command.getOptionValue('compose') === undefined) return command.args
  const ids = fioJobs.map(fioJobId)
  return command.args.filter((word) => isScenarioWord(word) || ids.includes(word))
}

/** The settings with their relative paths as they are from the working directory. */
function settingsAt(settings: Settings, folder: string, cwd: string): Settings {
  if (folder === cwd) return settings
  const from = (path: string) => (isAbsolute(path) ? path : relative(cwd, resolve(folder, path)) || '.')
  const { results, baseline, fioJobs, mounts } = settings
  return {
    ...settings,
    results: results && from(results),
    baseline: baseline && baselineAt(baseline, folder),
    fioJobs: fioJobs?.map(from),
    mounts: mounts?.map((mount) => mountAt(mount, folder)),
  }
}

/** A label may have a slash too: what can be one is a path when there is a run. */
function baselineAt(word: string, folder: string): string {
  const path = resolve(folder, word)
  const cannotBeLabel = isAbsolute(word) || /^\.|\.json$/.test(word)
  return isPath(word) && (cannotBeLabel || holdsRun(path)) ? path : word
}

/** A mount whose `src`, when it is relative, begins in a folder. */
function mountAt(mount: string, folder: string): string {
  const fields = writtenFields(mount).map((written, index) => {
    const [, src] = /^src=(.*)$/s.exec(fieldText(written)) ?? []
    // The first field is the type, with a label that may be anything.
    if (index === 0 || src === undefined || isAbsolute(src)) return written
    // In quotes as in CSV, whatever is in the name of the folder.
    return `"${`src=${join(folder, src)}`.replaceAll('"', '""')}"`
  })
  return fields.join(',')
}
