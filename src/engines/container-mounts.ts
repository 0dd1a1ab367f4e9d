import { type Target, untouched } from '../targets.js'
import type { InstanceRequest } from './engine.js'
import { MOUNT_POINT } from './labels.js'

/**
 * `--mount` as CSV, with which a bind source that is missing is an error; `-v` would make it as root. What docker's `--mount` does not
 * know (`Z`, `exec`) and podman's neither (`nocopy`) is said with `--volume` and `--tmpfs`, which both engines read alike.
 */
export function mountArguments(
  { target, tmpfsBytes }: InstanceRequest,
  name: string,
  folder: string | undefined,
): string[] {
  const { type, src, relabel, nocopy, consistency } = target
  const source = type === 'bind' ? (src ?? folder) : (target.name ?? name)
  const ro = untouched(target) ? ['ro'] : []
  if ((type === 'volume' && nocopy) || relabel) {
    const modes = [relabel, nocopy && 'nocopy', consistency, ...ro].filter((mode) => typeof mode === 'string')
    return ['--volume', [source, MOUNT_POINT, modes.join(',')].join(':')]
  }
  switch (type) {
    case 'volume':
      return mount(['type=volume', `src=${source}`, ...ro])
    case 'anonymous':
      return mount(['type=volume', ...anonymousOptions(target), ...ro])
    case 'bind':
      return mount(['type=bind', `src=${source}`, ...(consistency ? [`consistency=${consistency}`] : []), ...ro])
    case 'tmpfs':
      return tmpfsArguments(target, target.sizeBytes ?? tmpfsBytes)
    default:
      return []
  }
}

function tmpfsArguments({ exec, mode = '1777' }: Target, sizeBytes: number): string[] {
  if (exec) return ['--tmpfs', `${MOUNT_POINT}:${exec},size=${sizeBytes},mode=${mode}`]
  return mount(['type=tmpfs', `tmpfs-size=${sizeBytes}`, `tmpfs-mode=${mode}`])
}

const mount = (fields: readonly string[]) => ['--mount', mountOption(fields, MOUNT_POINT)]

/** The value of `--mount`: fields as CSV, and where it is mounted. */
export const mountOption = (fields: readonly string[], at: string) => [...fields, `dst=${at}`].map(csvField).join(',')

function anonymousOptions({ driver, opt = [], nocopy }: Target): string[] {
  const copy = nocopy ? ['volume-nocopy'] : []
  return [...(driver ? [`volume-driver=${driver}`] : []), ...opt.map((option) => `volume-opt=${option}`), ...copy]
}

const csvField = (field: string) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
