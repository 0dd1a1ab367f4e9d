import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import { fakeDeps, noExec } from '../fake.js'

async function lesson(...argv: string[]) {
  const deps = fakeDeps({ exec: noExec })
  const exitCode = await main(['lesson', ...argv], deps)
  return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text(), files: readdirSync(deps.cwd), deps }
}

describe('mountbench lesson', () => {
  test('list names every chapter and what it is for, and runs nothing', async () => {
    const { exitCode, stdout } = await lesson('list')
    expect(exitCode).toBe(0)
    expect(stdout.match(/^\d {2}\S/gm)).toHaveLength(7)
    expect(stdout).toContain('Where the bytes went')
  })

  test.each([
    [['8'], /chapter '8' is not a whole number from 1 to 7/],
    [['1', 'list'], /'list' stands alone/],
    [['--size', '1500k'], /not a whole number of MiB/],
    [['--rounds', '0'], /--rounds '0'/],
    [['--output', 'no/such/file.md'], /there is no folder/],
    [['--format', 'html'], /html/],
  ])('%o is refused before anything is made', async (argv, message) => {
    const { exitCode, stdout, stderr, files } = await lesson(...argv)
    expect({ exitCode, stdout, files }).toEqual({ exitCode: 2, stdout: '', files: [] })
    expect(stderr).toMatch(message)
  })

  test('says which chapters are run because another one rests on them', async () => {
    const deps = fakeDeps()
    await main(['lesson', '7', '--engine', 'docker'], deps)
    expect(deps.stderr.text()).toContain('chapter 5 is run too: chapter 7 rests on it\nchapter 6 is run too: chapter 7')
  })
})
