#!/usr/bin/env node
import { TOOL_VERSION } from './version.js'

const argv = process.argv.slice(2)

// Scripts ask for the version at every start; it needs none of the rest.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) process.stdout.write(`${TOOL_VERSION}\n`)
else process.exitCode = await run()

/** Runs the command line until it ends or is stopped; returns the exit code. */
async function run(): Promise<number> {
  const [{ main }, { systemDeps }] = await Promise.all([import('./cli.js'), import('./system.js')])
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(stopping))
  // A reader that goes away (mountbench … | head) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3))
  return main(argv, await systemDeps({ signal: stopping.signal }))
}

/** The first Ctrl-C stops in order: the work inside ends, what was made is removed, what was measured is saved. The second does not wait. */
function stop(stopping: AbortController): void {
  if (stopping.signal.aborted) {
    process.stderr.write('stopped at once; remove what is left with: mountbench clean\n')
    process.exit(130)
  }
  process.stderr.write('\nstopping: ending the work, removing what was made, saving what was measured\n')
  stopping.abort()
}
