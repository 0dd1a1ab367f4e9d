import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { holdsRun, isPath } from '../run-references.js'
import { parseTarget } from '../targets.js'
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
  const values = settingsAt(settings, folder, cwd)
  return SETTING_NAMES.filter((name) => takes.includes(name) && values[name] !== undefined).filter((name) =>
    applied(command, flagOf(name), values[name]),
  )
}

function applied(command: Command, flag: string | null, value: unknown): boolean {
  if (flag === null) {
    if (command.args.length > 0) return false
    command.processedArgs[0] = value
    return true
  }
  const given = (name: string) => command.getOptionValueSource(name) === 'cli'
  if ([flag, ...(DISPLACED[flag] ?? [])].some(given)) return false
  command.setOptionValueWithSource(flag, value, 'config')
  return true
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

function mountAt(mount: string, folder: string): string {
  const { src } = parseTarget(mount)
  if (src === undefined || isAbsolute(src)) return mount
  // In quotes as in CSV, whatever is in the name of the folder.
  const field = (text: string) => `,"src=${text.replaceAll('"', '""')}"`
  const written = [`,src=${src}`, field(src)].find((text) => mount.includes(text))
  return written ? mount.replace(written, () => field(join(folder, src))) : mount
}
