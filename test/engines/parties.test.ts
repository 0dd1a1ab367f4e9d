import { describe, expect, test } from 'vitest'
import { type EngineFacts, partyObjection } from '../../src/engines/parties.js'
import type { Party } from '../../src/scenario.js'
import { MOUNT_TYPES } from '../../src/targets.js'

const LOCAL: EngineFacts = { id: 'docker', remote: null, sameKernel: true }

describe('which mounts can have which party, on an engine of this machine', () => {
  const CAN: Record<Party, readonly string[]> = {
    second: ['volume', 'anonymous', 'bind', 'host'],
    reader: ['volume', 'anonymous', 'bind'],
    outside: ['volume', 'anonymous', 'bind', 'host'],
  }
  test.each(Object.keys(CAN) as Party[])('%s', (party) => {
    expect(MOUNT_TYPES.filter((type) => partyObjection({ type }, party, LOCAL) === null)).toEqual(CAN[party])
  })
})

test.each<[Party, Partial<EngineFacts>, RegExp | null]>([
  ['outside', { remote: 'ssh://there' }, /the engine is on ssh:\/\/there: its folders/],
  ['outside', { sameKernel: false }, /its clock/],
  ['second', { remote: 'ssh://there' }, /no folder of this machine/],
  ['reader', { remote: 'ssh://there' }, /no folder of this machine/],
  ['second', { sameKernel: false }, null],
  ['outside', {}, null],
])('%s with %j: %s', (party, engine, reason) => {
  const said = partyObjection({ type: 'volume' }, party, { ...LOCAL, ...engine } as EngineFacts)
  if (reason === null) expect(said).toBeNull()
  else expect(said).toMatch(reason)
  expect(partyObjection({ type: 'host' }, 'outside', { ...LOCAL, ...engine } as EngineFacts)).toBeNull()
})
