import { expect, test } from 'vitest'
import { ownerState } from '../src/owner.js'
import { systemDeps } from '../src/system.js'
import { noExec } from './fake.js'

test('the outside as it is', async () => {
  const deps = await systemDeps()
  expect(deps.cwd).toBe(process.cwd())
  expect(await ownerState(deps.owner)).toBe('alive')
  expect(deps.signal.aborted).toBe(false)
  expect(deps.stdout.columns).toBeGreaterThan(0)
  const before = deps.now()
  await deps.sleep(0.001)
  expect(deps.now()).toBeGreaterThan(before)
})

test('a signal ends a sleep early, and never as an error', async () => {
  const { sleep, now } = await systemDeps()
  const before = now()
  await Promise.all([sleep(60, AbortSignal.timeout(1)), sleep(60, AbortSignal.abort())])
  expect(now() - before).toBeLessThan(4000)
})

test('a token has as many hexadecimal digits as are asked for, and is never the same', async () => {
  const { token } = await systemDeps()
  for (const digits of [1, 6, 7, 24]) expect(token(digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`))
  expect(token(24)).not.toBe(token(24))
})

test('parts of it can be replaced', async () => {
  expect((await systemDeps({ exec: noExec, cwd: '/elsewhere' })).exec).toBe(noExec)
  expect((await systemDeps({ cwd: '/elsewhere' })).cwd).toBe('/elsewhere')
})
