import { describe, expect, test, vi } from 'vitest'
import { openPipe, type Pipe } from '../src/exec.js'
import { openSession, type Session, sessionCommand } from '../src/session.js'
import { fakePipe, fakeSession } from './fake.js'

const MARK = 'mark-4f9a'
const SECONDS = 30

/** A session in a real shell, which is ended after use. */
async function inShell<T>(work: (session: Session, pipe: Pipe) => Promise<T>, maxOutputBytes?: number): Promise<T> {
  const pipe = openPipe(sessionCommand(MARK))
  const session = openSession(pipe, {
    mark: MARK,
    now: () => performance.now(),
    kill: async () => pipe.kill(),
    ...(maxOutputBytes !== undefined && { maxOutputBytes }),
  })
  try {
    return await work(session, pipe)
  } finally {
    await session.end()
  }
}

const run = (...command: string[]) => inShell((session) => session.run(command, SECONDS))

describe('outputs in a real shell', () => {
  test.each([
    ['nothing', ['true'], '', '', 0],
    ['a line', ['echo', 'hello'], 'hello\n', '', 0],
    ['no newline at the end', ['printf', 'hello'], 'hello', '', 0],
    ['empty lines are kept', ['printf', '\\n\\nx\\n\\n'], '\n\nx\n\n', '', 0],
    ['stderr only', ['sh', '-c', 'echo wrong >&2'], '', 'wrong\n', 0],
    ['stderr without a newline', ['sh', '-c', 'printf wrong >&2'], '', 'wrong', 0],
    ['both', ['sh', '-c', 'printf a; printf b >&2'], 'a', 'b', 0],
    ['carriage returns', ['printf', '1\\r2\\r\\n'], '1\r2\r\n', '', 0],
    ['unicode', ['printf', 'µs – ✓'], 'µs – ✓', '', 0],
    ['exit code', ['sh', '-c', 'exit 3'], '', '', 3],
    ['output of a failure', ['sh', '-c', 'echo part; exit 1'], 'part\n', '', 1],
    ['killed by a signal', ['sh', '-c', 'kill -9 $$'], '', '', 137],
    ['a word like the mark', ['echo', MARK], `${MARK}\n`, '', 0],
    ['a mark in a line', ['echo', `x ${MARK} 0 1 2`], `x ${MARK} 0 1 2\n`, '', 0],
  ])('%s', async (_, command, stdout, stderr, exitCode) => {
    const result = await run(...command)
    expect({ ...result, stderr: result.stderr.replace(/^.*Killed.*\n/, '') }).toMatchObject({
      stdout,
      stderr,
      exitCode,
    })
  })

  test('a program that is not there', async () => {
    const { exitCode, stderr } = await run('no-such-program')
    expect(exitCode).toBe(127)
    expect(stderr).toContain('no-such-program')
  })

  test('a big output comes whole', async () => {
    const { stdout, stderr } = await run(
      'sh',
      '-c',
      'head -c 3000000 /dev/zero | tr "\\0" x; head -c 300000 /dev/zero | tr "\\0" y >&2',
    )
    expect(stdout).toBe('x'.repeat(3_000_000))
    expect(stderr).toBe('y'.repeat(300_000))
  })

  test('characters that are cut between two chunks come whole', async () => {
    const { stdout } = await run('sh', '-c', 'i=0; while [ $i -lt 3000 ]; do printf "µ✓"; i=$((i+1)); done')
    expect(stdout).toBe('µ✓'.repeat(3000))
  })

  test('an output beyond the limit ends the session', async () => {
    await inShell(async (session) => {
      await expect(session.run(['head', '-c', '100000', '/dev/zero'], SECONDS)).rejects.toMatchObject({
        code: 'bad-output',
      })
      expect(session.over()).toContain('more than 1000 bytes')
    }, 1000)
  })
})

describe('arguments arrive as they are', () => {
  test.each([
    ['quotes', ["it's", '"x"', '`date`']],
    ['spaces', ['a  b', ' lead', 'trail ']],
    ['empty', ['', 'x', '']],
    ['unicode', ['größe', '✓', '日本']],
    ['what a shell would expand', ['$HOME', '$(id)', '*', '~', ';', '&&', '>x', '\\n', '\\']],
    ['what looks like an option', ['-n', '--', '-e']],
    ['numbers', ['0', '3', '-1']],
  ])('%s', async (_, words) => {
    const { stdout } = await run('printf', '[%s]\\n', ...words)
    expect(stdout).toBe(words.map((word) => `[${word}]\n`).join(''))
  })

  test('a line break is refused, and the session goes on', async () => {
    await inShell(async (session) => {
      await expect(session.run(['echo', 'a\nb'], SECONDS)).rejects.toMatchObject({ code: 'failed' })
      expect((await session.run(['echo', 'c'], SECONDS)).stdout).toBe('c\n')
    })
  })
})

describe('one command after the other', () => {
  test('outputs do not mix', async () => {
    await inShell(async (session) => {
      for (const word of ['one', 'two', 'three']) {
        expect(await session.run(['sh', '-c', `echo ${word}; echo ${word} >&2`], SECONDS)).toMatchObject({
          stdout: `${word}\n`,
          stderr: `${word}\n`,
        })
      }
    })
  })

  test('two at once are refused', async () => {
    await inShell(async (session) => {
      const first = session.run(['sleep', '0.1'], SECONDS)
      await expect(session.run(['true'], SECONDS)).rejects.toMatchObject({ code: 'failed' })
      expect((await first).exitCode).toBe(0)
    })
  })

  test('a command that reads its input gets none of ours', async () => {
    await inShell(async (session) => {
      expect((await session.run(['cat'], SECONDS)).stdout).toBe('')
      expect((await session.run(['echo', 'still'], SECONDS)).stdout).toBe('still\n')
    })
  })

  test('the locale is C, whatever it is outside', async () => {
    const { stdout } = await run('sh', '-c', 'echo $LC_ALL; echo $LANGUAGE')
    expect(stdout).toBe('C\n\n')
  })

  test('cd stays for the next', async () => {
    await inShell(async (session) => {
      await session.run(['cd', '/proc'], SECONDS)
      expect((await session.run(['pwd'], SECONDS)).stdout).toBe('/proc\n')
    })
  })
})

describe('storage counters', () => {
  test('are those of one command alone', async () => {
    const answers = [{ read: 10, written: 100 }, { read: 0, written: 5 }, {}]
    const { session } = fakeSession(() => answers.shift() ?? {})
    const counted = async () => {
      const { storageReadBytes, storageWrittenBytes } = await session.run(['x'], SECONDS)
      return [storageReadBytes, storageWrittenBytes]
    }
    expect([await counted(), await counted(), await counted()]).toEqual([
      [10, 100],
      [0, 5],
      [0, 0],
    ])
  })

  test('of a real command are whole numbers, or null where the kernel does not tell', async () => {
    const { storageReadBytes, storageWrittenBytes } = await run('true')
    for (const bytes of [storageReadBytes, storageWrittenBytes])
      expect(bytes === null || (Number.isInteger(bytes) && bytes >= 0)).toBe(true)
  })
})

describe('endings', () => {
  test('a time-out ends the command and the session', async () => {
    await inShell(async (session, pipe) => {
      await expect(session.run(['sleep', '600'], 0.05)).rejects.toMatchObject({
        code: 'timeout',
        message: "'sleep' did not end within 0.05 s",
      })
      expect(session.over()).toContain('did not end within')
      await pipe.ended
      await expect(session.run(['true'], SECONDS)).rejects.toMatchObject({ code: 'killed' })
    })
  })

  test('a very long time limit does not end it at once', async () => {
    await inShell(async (session) => {
      expect((await session.run(['sleep', '0.1'], 3_000_000)).exitCode).toBe(0)
    })
  })

  test('a shell that dies under a command fails it with its last words', async () => {
    await inShell(async (session) => {
      await expect(session.run(['sh', '-c', 'echo out of memory >&2; kill -9 $PPID'], SECONDS)).rejects.toMatchObject({
        code: 'killed',
        message: expect.stringContaining('out of memory'),
      })
      expect(session.over()).not.toBeNull()
    })
  })

  test('a shell that was killed is not told as one that was not found', async () => {
    await inShell(async (session) => {
      await expect(session.run(['sh', '-c', 'kill -9 $PPID'], SECONDS)).rejects.toMatchObject({
        message: expect.stringContaining('exit code 137'),
      })
    })
  })

  test('a program that cannot be started is over with its reason', async () => {
    const pipe = openPipe(['sh', '-c', 'echo no such image >&2; exit 125'])
    const session = openSession(pipe, { mark: MARK, now: () => 0, kill: async () => pipe.kill() })
    await pipe.ended
    expect(session.over()).toContain('exit code 125: no such image')
    await expect(session.run(['true'], SECONDS)).rejects.toMatchObject({
      code: 'killed',
      message: expect.stringContaining('no such image'),
    })
  })

  test('over is null while it can be used; end ends it, and the shell with it', async () => {
    const pipe = openPipe(sessionCommand(MARK))
    const session = openSession(pipe, { mark: MARK, now: () => 0, kill: async () => pipe.kill() })
    expect(session.over()).toBeNull()
    await session.end()
    expect(session.over()).toBe('the session was ended')
    await pipe.ended
  })

  test('an idle shell ends with its input; one that does not is killed', async () => {
    vi.useFakeTimers()
    try {
      const calls: string[] = []
      for (const ends of [true, false]) {
        const pipe = fakePipe(MARK, () => ({}))
        const stubborn = ends ? pipe : { ...pipe, end: () => {} }
        const kill = async () => {
          calls.push(`killed, ends by itself: ${ends}`)
          pipe.kill()
        }
        const ended = openSession(stubborn, { mark: MARK, now: () => 0, kill }).end()
        await vi.advanceTimersByTimeAsync(10_000)
        await ended
      }
      expect(calls).toEqual(['killed, ends by itself: false'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('end while a command runs fails that command', async () => {
    const pipe = openPipe(sessionCommand(MARK))
    const session = openSession(pipe, { mark: MARK, now: () => 0, kill: async () => pipe.kill() })
    const running = expect(session.run(['sleep', '600'], SECONDS)).rejects.toMatchObject({ code: 'killed' })
    await session.end()
    await running
  })

  test('the end of its input ends the shell: nothing outlives a harness that was killed', async () => {
    const pipe = openPipe(['sh', '-c', `${'"$@" </dev/null'}`, 'sh', ...sessionCommand(MARK)])
    expect((await pipe.ended).exitCode).toBe(0)
  })

  test('a request that is cut off ends it without running anything', async () => {
    const pipe = openPipe(['sh', '-c', `printf '2\\necho\\n' | "$@"`, 'sh', ...sessionCommand(MARK)])
    let stdout = ''
    pipe.onStdout((text) => {
      stdout += text
    })
    expect((await pipe.ended).exitCode).toBe(0)
    expect(stdout).toBe('')
  })
})
