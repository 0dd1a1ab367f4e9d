import { readFileSync } from 'node:fs'

/** The package's own package.json, which stands one folder above the source and two above the compiled file. */
function ownPackage(): { version: string } {
  for (const up of ['../', '../../']) {
    try {
      return JSON.parse(readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8'))
    } catch {
      // Not there: it is the other one.
    }
  }
  throw new Error('package.json is missing from this installation')
}

/** The version of this tool. */
export const TOOL_VERSION = ownPackage().version
