#!/usr/bin/env node
import { main } from './cli.js'
import { systemDeps } from './system.js'

const stopping = new AbortController()

// The first Ctrl-C stops in order: the work inside ends, what was made is removed, what was measured is saved. The second does not wait.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) {
      process.stderr.write('stopped at once; remove what is left with: mountbench clean\n')
      process.exit(130)
    }
    process.stderr.write('\nstopping: ending the work, removing what was made, saving what was measured\n')
    stopping.abort()
  })
}
// A reader that goes away (mountbench … | head) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3))

process.exitCode = await main(process.argv.slice(2), await systemDeps({ signal: stopping.signal }))
