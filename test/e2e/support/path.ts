import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Subject } from './subjects.js'
import { freshFolder } from './world.js'

/** A folder to stand alone on PATH: all programs of this machine but some, and one under another name. */
export function programs(subject: Subject, without: RegExp, renamed: Record<string, string> = {}): { PATH: string } {
  const bin = join(freshFolder(subject), 'bin')
  mkdirSync(bin, { mode: 0o755 })
  for (const [name, path] of Object.entries(renamed)) symlinkSync(path, join(bin, name))
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of entries(folder)) {
      if (without.test(name)) continue
      try {
        symlinkSync(join(folder, name), join(bin, name))
      } catch {
        // A folder before this one on PATH has it.
      }
    }
  }
  return { PATH: bin }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
