import { realpathSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openPipe, runProgram } from '../src/exec.js'
import { temporaryFolder } from './fake.js'

describe('running a program to its end', () => {
  test.each([
    ['its output', ['printf', 'a b\n'], { stdout: 'a b\n', stderr: '', exitCode: 0, timedOut: false }],
    ['its error output', ['sh', '-c', 'printf x >&2; exit 3'], { stdout: '', stderr: 'x', exitCode: 3 }],
    ['a signal is 128 + n', ['sh', '-c', 'kill -9 $$'], { exitCode: 137 }],
    ['no shell looks at its arguments', ['printf', '%s', '$HOME;*'], { stdout: '$HOME;*' }],
    ['its input is empty', ['cat'], { stdout: '', exitCode: 0 }],
  ])('%s', async (_, command, expected) => {
    expect(await runProgram(command)).toMatchObject({ command, ...expected })
  })

  test('one that is not there is 127 with its reason', async () => {
    const { exitCode, stderr } = await runProgram(['no-such-program-here'])
    expect(exitCode).toBe(127)
    expect(stderr).toContain('no-such-program-here')
  })

  test('input, environment and working directory', async () => {
    const cwd = realpathSync(temporaryFolder())
    const { stdout } = await runProgram(['sh', '-c', 'cat; echo $WORD; pwd'], {
      input: 'in\n',
      env: { WORD: 'w' },
      cwd,
    })
    expect(stdout).toBe(`in\nw\n${cwd}\n`)
  })

  test('a time limit ends it', async () => {
    const { timedOut, exitCode } = await runProgram(['sleep', '600'], { timeoutSeconds: 0.05 })
    expect({ timedOut, failed: exitCode !== 0 }).toEqual({ timedOut: true, failed: true })
  })

  test('an abort ends it', async () => {
    const stopping = new AbortController()
    const running = runProgram(['sleep', '600'], { signal: stopping.signal })
    stopping.abort()
    expect((await running).exitCode).not.toBe(0)
  })

  test('an abort before it starts', async () => {
    expect((await runProgram(['sleep', '600'], { signal: AbortSignal.abort() })).exitCode).not.toBe(0)
  })
})

describe('a pipe', () => {
  test('is written to and read from', async () => {
    const pipe = openPipe(['sh', '-c', 'read line; echo "got $line"; echo err >&2; exit 4'])
    const text = { stdout: '', stderr: '' }
    pipe.onStdout((part) => {
      text.stdout += part
    })
    pipe.onStderr((part) => {
      text.stderr += part
    })
    pipe.write('hello\n')
    expect((await pipe.ended).exitCode).toBe(4)
    expect(text).toEqual({ stdout: 'got hello\n', stderr: 'err\n' })
  })

  test('of a program that is not there ends with 127', async () => {
    expect((await openPipe(['no-such-program-here']).ended).exitCode).toBe(127)
  })

  test('kill ends the program and what it started', async () => {
    const pipe = openPipe(['sh', '-c', 'sleep 600 & echo $!; wait'])
    const child = await new Promise<number>((resolve) => pipe.onStdout((text) => resolve(Number(text))))
    pipe.kill()
    expect((await pipe.ended).exitCode).toBeGreaterThan(128)
    const state = await runProgram(['sh', '-c', `cat /proc/${child}/stat 2>/dev/null | cut -d" " -f3`])
    expect(['', 'Z']).toContain(state.stdout.trim())
  })

  test('kill ends one that will not', async () => {
    const pipe = openPipe(['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'])
    await new Promise<string>((resolve) => pipe.onStdout(resolve))
    pipe.kill()
    expect((await pipe.ended).exitCode).toBe(137)
  })

  test('the end of its input ends one that reads it', async () => {
    const pipe = openPipe(['cat'])
    pipe.end()
    expect((await pipe.ended).exitCode).toBe(0)
  })

  test('writing to one that has ended is no error', async () => {
    const pipe = openPipe(['true'])
    await pipe.ended
    pipe.write('x'.repeat(100_000))
    pipe.kill()
  })
})
