import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { ownerOf, ownerState } from '../src/owner.js'

const parts = async () => (await ownerOf(process.pid)).split('/')
const word = async (change: (parts: string[]) => string[]) => change(await parts()).join('/')

test('names host, boot, process and its start', async () => {
  const own = await parts()
  expect(own).toHaveLength(4)
  expect(own[0]).toBe(hostname())
  expect(own[2]).toBe(String(process.pid))
  expect(await ownerOf(process.pid)).toBe(own.join('/'))
})

describe('a process', () => {
  test('that runs is alive', async () => {
    expect(await ownerState(await ownerOf(process.pid))).toBe('alive')
  })

  test('that was killed is gone', async () => {
    const child = spawn('sleep', ['60'])
    const owner = await ownerOf(child.pid!)
    expect(await ownerState(owner)).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await ownerState(owner)).toBe('gone')
  })

  test('whose number another process has now is gone', async () => {
    expect(await ownerState(await word(([host, boot, pid]) => [host!, boot!, pid!, '1']))).toBe('gone')
  })

  test('of an earlier boot is gone', async () => {
    expect(await ownerState(await word(([host, , pid, started]) => [host!, 'another-boot', pid!, started!]))).toBe(
      'gone',
    )
  })

  test('of another host is unknown: it is left alone', async () => {
    expect(await ownerState(await word(([, ...rest]) => ['elsewhere', ...rest]))).toBe('unknown')
  })

  test.each(['', '/', 'garbage', hostname(), `${hostname()}/`])('%j names none: unknown', async (owner) => {
    expect(await ownerState(owner)).toBe('unknown')
  })

  test.each(['0', '-1', 'x', '../self', '99999999'])('a forged number %j is not alive', async (pid) => {
    expect(await ownerState(await word(([host, boot, , started]) => [host!, boot!, pid, started!]))).not.toBe('alive')
  })
})
