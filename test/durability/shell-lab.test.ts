import { describe, expect, test } from 'vitest'
import { tryDurability } from '../../src/durability/durability.js'
import type { DurabilityQuestion, DurabilityRecord } from '../../src/durability/record.js'
import type { Command } from '../../src/scenario.js'
import { type Answer, fakeEngine } from '../fake.js'
import { tracesOutput } from './fake-containers.js'

const MOUNT = '/mountbench'
const LINES = {
  bind: `1 1 254:0 /f ${MOUNT} rw - ext4 /dev/vda rw\n`,
  tmpfs: `1 1 0:48 / ${MOUNT} rw - tmpfs tmpfs rw\n`,
} as const

/** Shells on mounts: a folder keeps its file, a memory has a new one with every shell that is opened. */
async function inShells(type: keyof typeof LINES) {
  const files = new Map<string, string>()
  let opened = 0
  const answer = (_: string, command: Command, told: { opened: string[] }): Answer | undefined => {
    if (type === 'tmpfs' && told.opened.length !== opened) files.clear()
    opened = told.opened.length
    const [program, , script = '', , path = '', word = ''] = command
    if (program === 'cat') return { stdout: LINES[type] }
    if (program === 'df')
      return { stdout: 'Filesystem 1024-blocks Used Available Capacity Mounted on\nx 32768 0 32768 0% /\n' }
    if (script.includes('printf')) files.set(`${path}/marker`, word)
    if (script.startsWith('if')) return { stdout: `${files.get(path) ?? 'gone'}\n` }
    return script.includes('before') ? { stdout: tracesOutput(type === 'tmpfs') } : {}
  }
  const { engine, deps, told } = fakeEngine({ answer, engine: { program: null } })
  const record = await tryDurability({ engine, image: null, targets: [{ label: type, type }] }, deps)
  return { record, told }
}

const answerOf = ({ rows }: DurabilityRecord, question: DurabilityQuestion) => rows[0]!.answers[question]

describe('without an engine', () => {
  test.for([
    ['bind', true],
    ['tmpfs', false],
  ] as const)('a %s is ended and started again with the same mounts', async ([type, kept]) => {
    const { record, told } = await inShells(type)
    for (const question of ['restart', 'stopStart'] as const) {
      expect(answerOf(record, question)).toMatchObject({ value: kept })
      expect(answerOf(record, question).evidence[1]!.command[0]).toBe('fake')
    }
    expect(told.closed.toSorted()).toEqual(told.opened.toSorted())
  })

  test.for(['remove', 'removeVolumes', 'countsAsMemory', 'engineRestart'] as const)(
    '%s has no answer but a reason',
    async (question) => {
      const { record } = await inShells('bind')
      expect(answerOf(record, question)).toMatchObject({ value: null, evidence: [] })
      expect(answerOf(record, question).text).not.toBe('')
    },
  )
})
