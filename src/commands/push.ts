import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { BenchError, badInput } from '../errors.js'
import { requestTo } from '../push/destination.js'
import { send } from '../push/http.js'
import { type Patience, persist } from '../push/persist.js'
import { databaseAt, store } from '../push/postgres.js'
import { schemaScript } from '../push/schema.js'
import { findSummary } from '../run-references.js'
import { parseCount, parseDuration } from '../units.js'

/** The flags of `push`. */
export interface PushFlags {
  to?: string
  postgres?: string
  timeout: string
  attempts: string
  printSchema?: boolean
  results: string
}

/**
 * `mountbench push [RUN]`: sends a run on. The run itself is only read. Throws `bad-input` before anything is sent, and `cannot-run` with
 * every destination that did not take it, after all were tried.
 */
export async function pushCommand(word = 'latest', flags: PushFlags, deps: Deps): Promise<void> {
  if (flags.printSchema) return void deps.stdout.write(schemaScript())
  if (flags.to === undefined && flags.postgres === undefined)
    throw badInput('push where?', 'name a server: --to URL or --postgres URL')
  const patience = {
    attempts: parseCount(flags.attempts, '--attempts', 1, 100),
    timeoutSeconds: parseDuration(flags.timeout),
  }
  const database = flags.postgres === undefined ? null : databaseAt(flags.postgres)
  const run = await findSummary(word, resolve(deps.cwd, flags.results), deps.cwd, { told: deps.stderr })
  const request = flags.to === undefined ? null : requestTo(flags.to, run, deps.env)
  const { timeoutSeconds } = patience
  const all = [
    request && { place: request.place, attempt: () => send(request, timeoutSeconds, deps.signal) },
    database && { place: database.place, attempt: () => store(database, run, timeoutSeconds) },
  ]
  await pushAll(
    run.runId,
    all.filter((one) => one !== null),
    patience,
    deps,
  )
}

interface Destination {
  place: string
  attempt: Parameters<typeof persist>[1]
}

/** One after the other; one that fails does not keep the others from getting theirs. */
async function pushAll(runId: string, all: readonly Destination[], patience: Patience, deps: Deps): Promise<void> {
  const failures: BenchError[] = []
  for (const { place, attempt } of all) {
    try {
      await persist(place, attempt, patience, deps)
      deps.stderr.write(`pushed ${runId} to ${place}\n`)
    } catch (error) {
      if (!(error instanceof BenchError) || error.code === 'interrupted') throw error
      failures.push(error)
    }
  }
  const [first, ...others] = failures
  if (!first) return
  const details = others.map(({ message, hint }) => [message, hint && `hint: ${hint}`].filter(Boolean).join('\n'))
  throw new BenchError('cannot-run', first.message, {
    hint: first.hint,
    details: [...details, `the run ${runId} is kept as it was`].join('\n'),
  })
}
