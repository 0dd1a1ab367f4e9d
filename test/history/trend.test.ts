import { describe, expect, test } from 'vitest'
import { trendOf } from '../../src/history/trend.js'
import type { Run } from '../../src/model.js'
import { sparkline, trendMarkdown, trendTable } from '../../src/report/trend-text.js'
import { smallRun } from '../builders.js'
import { normals } from '../statistics/simulated.js'
import { historyOf, runNumber, syntheticRuns } from './histories.js'

const bindOf = (runs: readonly Run[], options = {}) =>
  trendOf(historyOf(runs), { target: 'bind', ...options }).series.filter(({ scenario }) => scenario === 'seq-write')

describe('60 synthetic runs', () => {
  test('a slowdown of a fifth from run 40 on is named by that run, in each of ten histories', () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const runs = syntheticRuns(60, 40, seed)
      const [series, ...more] = bindOf(runs)
      expect(more).toEqual([])
      expect(series!.changes).toHaveLength(1)
      const [change] = series!.changes
      const { runId, environment, startedAt } = runs[40]!
      expect(change!.at).toMatchObject({ run: runId, commit: environment.git!.commit, branch: 'main', startedAt })
      expect(change).toMatchObject({ index: 40, direction: 'worse', runsBefore: 40, runsAfter: 20 })
      expect(change!.ratio).toBeCloseTo(1 / 1.2, 1)
      expect(change!.low!).toBeLessThanOrEqual(change!.ratio)
      expect(change!.high!).toBeGreaterThanOrEqual(change!.ratio)
      expect(change!.high!).toBeLessThan(0.95)
    }
  })

  test('without a slowdown none is named, in any of a hundred histories', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const { series } = trendOf(historyOf(syntheticRuns(60, 60, seed)))
      expect(series.map(({ points }) => points.length)).toEqual([60, 60])
      expect(series.flatMap(({ changes }) => changes)).toEqual([])
    }
  })

  test('a speed-up is for the better', () => {
    const [series] = bindOf(
      syntheticRuns(60, 30, 3)
        .toReversed()
        .map((run, number) => ({ ...run, ...runNumber(number), cells: run.cells })),
    )
    expect(series!.changes).toMatchObject([{ index: 30, direction: 'better' }])
  })
})

describe('what is one series', () => {
  const sixty = syntheticRuns(60, 40)
  const other = { ...smallRun().environment, fingerprint: 'ba9876543210' }

  test('runs of another environment are another series, and no change of the first', () => {
    const runs = sixty.map((run, number) => (number >= 40 ? { ...run, environment: other } : run))
    const series = bindOf(runs)
    expect(series.map(({ fingerprint, points }) => [fingerprint, points.length])).toEqual([
      ['0123456789ab', 40],
      ['ba9876543210', 20],
    ])
    expect(series.flatMap(({ changes }) => changes)).toEqual([])
    expect(bindOf(runs, { fingerprint: 'ba98' })).toHaveLength(1)
  })

  test.each([
    ['size', { sizeBytes: 1 }],
    ['duration', { durationSeconds: 9 }],
    ['freshness', { fresh: true }],
    ['reference', { reference: 'tmpfs' }],
  ])('another %s is another series', (_, options) => {
    const runs = sixty.map((run, number) => (number >= 40 ? { ...run, options: { ...run.options, ...options } } : run))
    expect(bindOf(runs).map(({ points }) => points.length)).toEqual([40, 20])
  })

  test('the same label on another type of mount is another series', () => {
    const runs = sixty.map((run, number) =>
      number >= 40 ? { ...run, targets: run.targets.map((target) => ({ ...target, type: 'layer' as const })) } : run,
    )
    expect(bindOf(runs).map(({ type }) => type)).toEqual(['bind', 'layer'])
  })

  test('against the same label on another type of mount it is another series', () => {
    const other = (target: Run['targets'][number]) =>
      target.label === 'volume' ? { ...target, type: 'layer' as const } : target
    const runs = sixty.map((run, number) => (number >= 40 ? { ...run, targets: run.targets.map(other) } : run))
    const series = bindOf(runs)
    expect(series.map(({ referenceType, points }) => [referenceType, points.length])).toEqual([
      ['volume', 40],
      ['layer', 20],
    ])
    expect(series.flatMap(({ changes }) => changes)).toEqual([])
    expect(bindOf(runs, { absolute: true })).toMatchObject([{ referenceType: null, points: { length: 60 } }])
  })

  test('runs that ended early are left out and counted', () => {
    const runs = sixty.map((run, number) => (number % 3 === 0 ? { ...run, status: 'incomplete' as const } : run))
    const trend = trendOf(historyOf(runs), { target: 'bind' })
    expect(trend.incomplete).toBe(20)
    expect(trend.series[0]!.points).toHaveLength(40)
  })

  test('a cell without a comparison is no point', () => {
    const { series } = trendOf(historyOf(sixty))
    expect(series.map(({ scenario, target }) => `${scenario} ${target}`)).toEqual(['seq-write bind', 'seq-write tmpfs'])
  })

  test('nothing is no series', () => {
    expect(trendOf(historyOf([])).series).toEqual([])
    expect(trendOf(historyOf(sixty), { scenarios: ['fsync-latency'] }).series).toEqual([])
  })
})

describe('the absolute view', () => {
  test('has medians in base units, the reference among them', () => {
    const { series, view } = trendOf(historyOf(syntheticRuns(3)), { absolute: true })
    expect(view).toBe('absolute')
    expect(series.map(({ target, reference, unit, better }) => [target, reference, unit, better])).toEqual(
      ['volume', 'bind', 'tmpfs', 'volume'].map((target) => [target, null, 'B/s', 'higher']),
    )
    expect(series[0]!.points[0]!.value).toBeCloseTo(smallRun().cells[0]!.median!, -3)
  })

  test('more latency is for the worse', () => {
    const slower = (run: Run, factor: number) => ({
      ...run,
      cells: run.cells.slice(0, 1).map((cell) => ({ ...cell, metric: 'latency' as const, median: 0.001 * factor })),
    })
    const wobble = (number: number) => 1 + 0.01 * Math.sin(number * 7)
    const runs = Array.from({ length: 40 }, (_, number) =>
      slower(runNumber(number), wobble(number) * (number >= 20 ? 1.3 : 1)),
    )
    const [series] = trendOf(historyOf(runs), { absolute: true }).series
    expect(series!.changes).toMatchObject([{ index: 20, direction: 'worse' }])
    expect(series!.changes[0]!.ratio).toBeCloseTo(1.3, 1)
    expect(trendTable(trendOf(historyOf(runs), { absolute: true }))).toMatch(/\+30(\.\d)?% \[.*\], for the worse/)
  })
})

describe('what is new and what is shown', () => {
  test.each([
    [4, {}, true],
    // Four runs are needed to see it: it was first seen two runs ago, and then six.
    [6, {}, true],
    [10, {}, false],
    [10, { newest: 10 }, true],
    [20, { newest: 10 }, false],
  ])('a change %d runs before the end with %j is new: %s', (back, options, isNew) => {
    const [series] = bindOf(syntheticRuns(60, 60 - back, 2), options)
    expect(series!.changes).toMatchObject([{ isNew }])
  })

  test('a change that takes long to be seen is new when it is seen, for as many runs as any other', () => {
    for (const seed of [1, 3]) {
      const next = normals(seed)
      const runs = Array.from({ length: 75 }, (_, number) =>
        runNumber(number, Math.exp(0.04 * next()) * (number >= 50 ? 1 / 1.08 : 1)),
      )
      const news = Array.from({ length: 25 }, (_, more) => {
        const [change] = bindOf(runs.slice(0, 51 + more))[0]!.changes
        return change && change.direction === 'worse' ? change.isNew : null
      })
      const first = news.findIndex((isNew) => isNew !== null)
      expect(first).toBeGreaterThan(6)
      expect(news.slice(first, first + 5)).toEqual([true, true, true, true, true])
      expect(news.slice(first + 5)).not.toContain(true)
    }
  })

  test('since: earlier points and changes are not shown, but count', () => {
    const runs = syntheticRuns(60, 50)
    const [series] = bindOf(runs, { since: runs[45]!.startedAt })
    expect(series!.points).toHaveLength(15)
    expect(series!.points[0]!.run).toBe(runs[45]!.runId)
    expect(series!.changes).toMatchObject([{ index: 5, isNew: true, runsBefore: 50, at: { run: runs[50]!.runId } }])
    const [later] = bindOf(runs, { since: runs[55]!.startedAt })
    expect(later).toMatchObject({ points: { length: 5 }, changes: [] })
    expect(bindOf(runs, { since: '2030-01-01' })).toEqual([])
  })

  test('the level is that of the runs since the last change', () => {
    const runs = syntheticRuns(60, 40)
    const [series] = bindOf(runs)
    const [before] = bindOf(runs.slice(0, 40))
    expect(series!.level.runs).toBe(20)
    expect(series!.level.value / before!.level.value).toBeCloseTo(1 / 1.2, 1)
    expect(series!.level.low!).toBeLessThan(series!.level.value)
    expect(bindOf(runs.slice(0, 5))[0]!.level).toMatchObject({ low: null, high: null, runs: 5 })
  })

  test.each([
    [12, false],
    [13, true],
  ])('%d runs are enough to see a change: %s', (count, enough) => {
    expect(bindOf(syntheticRuns(count))[0]!.enough).toBe(enough)
  })

  test('a threshold hides what is smaller', () => {
    expect(bindOf(syntheticRuns(60, 40), { threshold: 0.3 })[0]!.changes).toEqual([])
  })
})

describe('in words', () => {
  const runs = syntheticRuns(60, 40)

  test('a change is named by run, label and commit, with percent and direction', () => {
    const labelled = runs.map((run, number) => (number === 40 ? { ...run, label: 'v2 | "next"' } : run))
    const commit = runs[40]!.environment.git!.commit.slice(0, 9)
    const line = `for the worse, from run ${runs[40]!.runId} on (v2 | "next", ${commit} on main): `
    const text = trendTable(trendOf(historyOf(labelled), { target: 'bind' }))
    expect(text).toContain(line)
    expect(text).toMatch(/seq-write on bind against volume: -1\d(\.\d)?% \[-\d+(\.\d)?%, -\d+(\.\d)?%\], for the worse/)
    expect(text).toContain('40 runs before')
    expect(trendMarkdown(trendOf(historyOf(labelled), { target: 'bind' }))).toContain('v2 \\| "next"')
  })

  test('too few runs are said, and not that there is no change', () => {
    const text = trendTable(trendOf(historyOf(runs.slice(0, 5)), { target: 'bind' }))
    expect(text).toContain('too few runs to tell')
    expect(text).not.toContain('none')
  })

  test('control characters do not reach the terminal', () => {
    const hostile = runs.map((run) => ({ ...run, label: '\u001b[2Jx' }))
    expect(trendTable(trendOf(historyOf(hostile), { target: 'bind' }))).not.toContain('\u001b')
  })

  test.each([
    ['', []],
    ['▅▅▅', [2, 2, 2]],
    ['▁█', [1, 100]],
    ['▁▁▁█', [1, 1, 1, 1.3]],
    // 1 % apart is within the threshold: no mountain.
    ['▄▅', [1, 1.01]],
  ])('%s', (line, values) => {
    expect(sparkline(values, 0.05)).toBe(line)
  })
})

describe('which series have ended', () => {
  const sixty = syntheticRuns(60)
  const environment = { ...smallRun().environment, fingerprint: 'ba9876543210' }
  const endedIn = (runs: readonly Run[], options = {}) =>
    trendOf(historyOf(runs), options).series.map(({ ended, points }) => [points.length, ended])
  const without = (label: string, count: number, from = 60) =>
    Array.from({ length: count }, (_, number) => {
      const run = runNumber(from + number)
      return { ...run, cells: run.cells.filter(({ target }) => target !== label) }
    })

  test('none, while every run has them all', () => {
    expect(endedIn(sixty)).toEqual([
      [60, false],
      [60, false],
    ])
  })

  test.each<[string, Partial<Run>]>([
    ['environment', { environment }],
    ['size', { options: { ...smallRun().options, sizeBytes: 1 } }],
    ['reference', { options: { ...smallRun().options, reference: 'tmpfs' } }],
  ])('with another %s the next run begins others', (_, more) => {
    expect(endedIn([...sixty, runNumber(60, 1, more)], { target: 'bind' })).toEqual([
      [60, true],
      [1, false],
    ])
    expect(endedIn([runNumber(0, 1, more), ...sixty.slice(1)], { target: 'bind' })).toEqual([
      [1, true],
      [59, false],
    ])
  })

  test.each([
    [4, {}, false],
    [5, {}, true],
    [5, { newest: 6 }, false],
    [9, { since: '2026-01-01' }, false],
  ])('a mount that is missing in %d runs, with %j: %s', (count, options, ended) => {
    expect(endedIn([...sixty, ...without('bind', count)], options)).toEqual([
      [60, ended],
      [60 + count, false],
    ])
  })

  test('another engine on the same machine takes nothing from the first', () => {
    const { engine } = smallRun().environment
    const podman = { ...environment, engine: { ...engine, id: 'podman' as const } }
    expect(endedIn([...sixty, runNumber(60, 1, { environment: podman })], { target: 'bind' })).toEqual([
      [60, false],
      [1, false],
    ])
  })
})
