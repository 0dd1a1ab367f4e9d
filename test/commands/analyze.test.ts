import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import { fakeDeps, noExec, noPipe } from '../fake.js'

describe('mountbench analyze', () => {
  async function analyze(text: string, ...flags: string[]) {
    const deps = fakeDeps({ exec: noExec, openPipe: noPipe })
    writeFileSync(join(deps.cwd, 'samples'), text)
    const exitCode = await main(['analyze', 'samples', ...flags], deps)
    return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text() }
  }
  const rounds = Array.from({ length: 10 }, (_, round) => round)
  const csv = ['round,target,value', ...rounds.flatMap((i) => [`${i},a,${100 + i}`, `${i},b,${150 + i}`])].join('\n')

  test('a CSV, bigger is better', async () => {
    const { stdout } = await analyze(csv)
    expect(stdout).toMatch(/^b against a: 1\.4\dx faster \[1\.4\d, 1\.\d\d\] \(10 of 10 rounds\)\n$/)
  })
  test('smaller is better: the mirror', async () => {
    expect((await analyze(csv, '--better', 'lower')).stdout).toMatch(/^b against a: 1\.4\dx slower/)
  })
  test('JSON in, JSON out, with a round that failed', async () => {
    const rows = rounds.flatMap((round) => [
      { round, target: 'a', value: 1 },
      { round, target: 'b', value: round === 3 ? null : 2 },
    ])
    const [result] = JSON.parse((await analyze(JSON.stringify(rows), '--format', 'json')).stdout)
    expect(result).toMatchObject({ target: 'b', reference: 'a', n: 9, ratio: 2, verdict: 'faster' })
  })
  test('a CSV with a round that failed: an empty value, or no row at all', async () => {
    const without = csv.replace('3,b,153', '3,b,').replace('4,a,104\n', '')
    expect((await analyze(without)).stdout).toMatch(/^b against a: 1\.4\dx faster .* \(8 of 10 rounds\)\n$/)
  })
  test.each([
    ['round,target\n1,a', /no column 'value'/],
    ['round,target,value\n1,a,fast', /samples: /],
    ['round,target,value\n1,a,1\n1,a,2\n1,b,1', /round 1 has 2 values for a/],
    ['[{', /is not JSON/],
    ['', /no column/],
    // What is missing is never round 0, and what is no number is never one.
    ['round,target,value\n,a,1\n1,b,1', /number, received null.*\[0\]\.round/],
    ['round,target,value\n1,,1\n1,b,1', /\[0\]\.target/],
    ['round,target,value\n1,a,1\n1,b', /\[1\]\.value/],
    ['round,target,value\n1,a,1\n1,b,true', /\[1\]\.value/],
    ['round,target,value\n1,a,1\n1,b,0', /\[1\]\.value/],
    ['[{"round":null,"target":"a","value":1}]', /number, received null.*\[0\]\.round/],
    ['[{"round":true,"target":"a","value":1}]', /\[0\]\.round/],
    ['[{"round":1,"target":"a","value":true}]', /\[0\]\.value/],
    ['[{"round":1,"target":"a","value":""}]', /\[0\]\.value/],
    ['[{"round":1,"target":"a","value":"1"}]', /\[0\]\.value/],
    ['round,target,value\n1,a,1\n2,a,2', /has one target, 'a', and nothing to compare it with/],
  ])('%j: one clear line, exit 2', async (text, message) => {
    const { exitCode, stderr } = await analyze(text)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
  })
  test('an unknown reference', async () => {
    expect(await analyze(csv, '--reference', 'c')).toMatchObject({ exitCode: 2 })
  })
})
