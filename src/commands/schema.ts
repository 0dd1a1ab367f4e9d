import { z } from 'zod'
import type { Deps } from '../deps.js'
import { Run } from '../model.js'

/** Prints the JSON Schema of `run.json`. */
export function schemaCommand({ stdout }: Deps): void {
  stdout.write(`${JSON.stringify(z.toJSONSchema(Run), null, 2)}\n`)
}
