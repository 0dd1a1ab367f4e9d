import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readValues } from '../../src/history/values.js'
import { forEachLine } from '../../src/lines.js'
import { bandwidthTrial, failedTrial } from '../builders.js'
import { temporaryFolder } from '../fake.js'
import { runNumber, writeRuns } from './histories.js'

function written() {
  const results = join(temporaryFolder(), 'results')
  const run = runNumber(1)
  writeRuns(results, [run])
  const folder = join(results, run.runId)
  return { run, folder, lines: join(folder, 'trials.jsonl') }
}

describe('values by round', () => {
  test('are those of the trials, cell by cell', async () => {
    const { run, folder } = written()
    const cells = await readValues(folder)
    expect(cells.map(({ scenario, target }) => `${scenario} ${target}`)).toEqual(
      run.cells.map(({ scenario, target }) => `${scenario} ${target}`),
    )
    const bind = run.trials.filter(({ scenario, target }) => scenario === 'seq-write' && target === 'bind')
    expect([...cells[1]!.values]).toEqual(bind.map(({ sample }) => sample!.metrics.bandwidth))
    expect(cells[1]!.failed).toEqual([])
  })

  test('a failed round is NaN and listed; a cell without a trial is empty', async () => {
    const { folder } = written()
    const cells = await readValues(folder)
    expect([...cells[4]!.values]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(cells[4]!.failed).toEqual([0, 1, 2].map((round) => ({ round, code: 'ENOSPC' })))
    expect(cells[5]).toMatchObject({ values: { length: 0 }, failed: [] })
  })

  test('rounds may come in any order, and be many; a warm-up is none', async () => {
    const { folder, lines } = written()
    const rounds = Array.from({ length: 500 }, (_, index) => 499 - index)
    const trials = rounds.map((round) => bandwidthTrial(round + 1, { target: 'bind', round }))
    const warm = bandwidthTrial(9, { target: 'bind', round: 600, phase: 'warmup' })
    const failed = failedTrial('full', { scenario: 'seq-write', target: 'bind', round: 501 })
    writeFileSync(lines, [...trials, warm, failed].map((one) => JSON.stringify(one)).join('\n'))
    const bind = (await readValues(folder))[1]!
    expect([...bind.values.slice(0, 500)]).toEqual(rounds.toReversed().map((round) => round + 1))
    expect(bind.values).toHaveLength(502)
    expect(bind.values[500]).toBeNaN()
    expect(bind.failed).toEqual([{ round: 501, code: 'ENOSPC' }])
  })

  test('the same from a file with the trials in it', async () => {
    const { run, folder, lines } = written()
    const expected = await readValues(folder)
    rmSync(lines)
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
    expect(await readValues(join(folder, 'run.json'))).toEqual(expected)
  })

  test('a line that was cut off at the end is nothing, one in the middle is told', async () => {
    const { folder, lines } = written()
    const expected = await readValues(folder)
    appendFileSync(lines, '{"scenario":"seq-wr')
    expect(await readValues(folder)).toEqual(expected)
    writeFileSync(lines, `{"round":-1}\n${readFileSync(lines, 'utf8')}`)
    await expect(readValues(folder)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/line 1 is not a trial/),
    })
  })
})

describe('lines', () => {
  const MEBIBYTE = 2 ** 20
  const long = 'é'.repeat(MEBIBYTE)
  test.each([
    ['none', '', []],
    ['one without an end', 'a', [['a', 1, false]]],
    [
      'two and an empty one',
      'a\n\nb\n',
      [
        ['a', 1, true],
        ['b', 3, true],
      ],
    ],
    [
      'longer than a part that is read',
      `x${long}\ny${long}\nz`,
      [
        [`x${long}`, 1, true],
        [`y${long}`, 2, true],
        ['z', 3, false],
      ],
    ],
    [
      'a break at the end of a part',
      `${'a'.repeat(MEBIBYTE - 1)}\nb\n`,
      [
        ['a'.repeat(MEBIBYTE - 1), 1, true],
        ['b', 2, true],
      ],
    ],
  ])('%s', async (_, text, expected) => {
    const file = join(temporaryFolder(), 'lines')
    writeFileSync(file, text)
    const found: unknown[] = []
    await forEachLine(file, (...line) => void found.push(line))
    expect(found).toEqual(expected)
  })

  test('what is thrown on the way comes out', async () => {
    const file = join(temporaryFolder(), 'lines')
    writeFileSync(file, 'a\nb\n')
    await expect(
      forEachLine(file, () => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await expect(forEachLine(`${file}x`, () => {})).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
