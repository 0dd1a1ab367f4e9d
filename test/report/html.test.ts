import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Run } from '../../src/model.js'
import { htmlReport, htmlReports } from '../../src/report/html/page.js'
import { bandwidthRounds, failedTrial, fixture, smallRun } from '../builders.js'
import { HOSTILE, hostileRun } from './hostile.js'

const run = smallRun()
const page = htmlReport(run)
const docker = Run.parse(JSON.parse(fixture('report/docker.json')))

/** The text of a page without its tags. */
const textOf = (html: string) =>
  html
    .replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&quot;/g, '"')
    .replaceAll(/&#39;/g, "'")
    .replaceAll(/&lt;/g, '<')
    .replaceAll(/&gt;/g, '>')
    .replaceAll(/&amp;/g, '&')
    .replaceAll(/\s+/g, ' ')

/** The part of a page with this id. */
const part = (html: string, id: string) => new RegExp(`<section id="${id}">[\\s\\S]*?</section>`).exec(html)?.[0] ?? ''

test('the same run gives the same bytes', () => {
  expect(htmlReport(Run.parse(JSON.parse(JSON.stringify(run))))).toBe(page)
})

test('the answer comes first, how to read it last', () => {
  const ids = [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id)
  expect(ids).toEqual(['answers', 'comparison', 'rounds', 'figures', 'method', 'reading'])
  const withLatency = [...htmlReport(docker).matchAll(/<section id="(\w+)"/g)].map(([, id]) => id)
  expect(withLatency).toEqual(['answers', 'comparison', 'rounds', 'latency', 'figures', 'method', 'reading'])
})

describe('one file that asks nobody', () => {
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? ''

  test('the policy lets in this style and this script, by their hashes, and nothing else', () => {
    const hash = (tag: string) => {
      const [, text = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page) ?? []
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    }
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash('style')}`,
      `script-src ${hash('script')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ])
  })

  test('the policy stands before what it is about', () => {
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'))
  })

  test('nothing is fetched, and no style or handler stands on an element', () => {
    expect(page).not.toMatch(/\s(src|srcset|action|data|poster)=|url\(|@import|https?:/)
    expect(page).not.toMatch(/<[^>]*\s(style|on\w+)=/)
    for (const [, target = ''] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#\w+$/)
  })

  test('links within the page lead somewhere', () => {
    for (const [, id] of page.matchAll(/href="#(\w+)"/g)) expect(page).toContain(`id="${id}"`)
  })
})

test('headings skip no level', () => {
  const levels = [...htmlReports([docker, run]).matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
  expect(levels[0]).toBe(1)
  expect(levels.filter((level) => level === 1)).toHaveLength(1)
  levels.slice(1).forEach((level, index) => {
    expect(level - (levels[index] ?? 0)).toBeLessThanOrEqual(1)
  })
})

describe('figures', () => {
  const FIELDS = ['median', 'low', 'high', 'p5', 'p95', 'cv'] as const

  test.each([
    ['a small run', run],
    ['a docker run', docker],
  ])('of %s are those of run.json, all of them', (_, one) => {
    const html = part(htmlReport(one), 'figures')
    const seen = new Map(
      [...html.matchAll(/<data value="([^"]*)" data-of="([^"]*)"/g)].map(([, value, of]) => [of, Number(value)]),
    )
    const wanted = one.cells.flatMap((cell) =>
      cell.median === null
        ? []
        : FIELDS.flatMap((field) =>
            cell[field] === null ? [] : [[`0/${cell.scenario}/${cell.target}/${field}`, cell[field]] as const],
          ),
    )
    expect(seen).toEqual(new Map(wanted))
  })

  test('are formatted as in the table', () => {
    expect(textOf(part(page, 'figures'))).toContain('203 MiB/s ±0.741%')
    expect(textOf(part(page, 'comparison'))).toContain('14.8x faster')
  })

  test('ratios are those of run.json', () => {
    const html = part(htmlReport(docker), 'comparison')
    const seen = [...html.matchAll(/<data value="([^"]*)" data-low="([^"]*)" data-high="([^"]*)"/g)].map(
      ([, ...values]) => values.map(Number),
    )
    const wanted = docker.cells.flatMap(({ comparison }) =>
      comparison ? [[comparison.ratio, comparison.low, comparison.high]] : [],
    )
    expect(seen).toEqual(wanted)
    expect(wanted.length).toBeGreaterThan(5)
  })

  test('a cell without a value shows its reason and no number', () => {
    const row =
      /<tr data-series="1">(?:(?!<\/tr>)[\s\S])*given up after 3 failures[\s\S]*?<\/tr>/.exec(
        part(page, 'figures'),
      )?.[0] ?? ''
    expect(row).toContain('failed: given up after 3 failures in a row: no space left')
    expect(row).not.toContain('<data')
  })
})

describe('answers', () => {
  const answers = textOf(part(page, 'answers'))

  test('one sentence a scenario, of the words of the table', () => {
    expect(answers).toMatch(
      /volume reaches 203 MiB\/s ?; tmpfs is 14\.8x faster \[[\d.]+, [\d.]+\] ?; bind is 1\.08x faster/,
    )
    expect(answers).toMatch(/seq-write-direct .*tmpfs is left out ?; bind is without a value: it failed/)
  })

  test('targets of which nothing more is to be said share a clause', () => {
    const cells = run.cells.map((cell) => ({
      ...cell,
      comparison: cell.comparison && { ...cell.comparison, verdict: 'not-told-apart' as const },
    }))
    const scenarios = run.scenarios.map((scenario) => ({ ...scenario, winner: null }))
    const text = textOf(part(htmlReport({ ...run, cells, scenarios }), 'answers'))
    expect(text).toMatch(/203 MiB\/s ?; bind and tmpfs are not told apart from it ?\./)
    expect(text).toContain('None is ahead of all others')
  })

  test('an incomplete run and its warnings are said before them', () => {
    const html = htmlReport({ ...run, status: 'incomplete', stopped: 'interrupted', warnings: ['the disk was busy'] })
    expect(html.indexOf('Incomplete: interrupted')).toBeLessThan(html.indexOf('id="answers"'))
    expect(html.indexOf('the disk was busy')).toBeLessThan(html.indexOf('id="answers"'))
    expect(page).not.toContain('Incomplete')
  })
})

describe('rounds', () => {
  const strip = (one: typeof run, target: string) =>
    new RegExp(`<figure class="rounds"[^>]*>(?:(?!</figure>)[\\s\\S])*<bdi>${target}</bdi>[\\s\\S]*?</figure>`).exec(
      htmlReport(one),
    )?.[0] ?? ''

  test('a mark for every round, in their order, and every value behind them', () => {
    const rounds = [...strip(run, 'bind').matchAll(/data-round="(\d+)"/g)].map(([, round]) => Number(round))
    expect(rounds).toEqual(Array.from({ length: 12 }, (_, index) => index))
    const values = [...part(page, 'rounds').matchAll(/<td><data value="(\d+)"/g)]
    expect(values).toHaveLength(run.trials.filter(({ sample }) => sample).length)
  })

  test('an outlier has a ring, and its cause stands below', () => {
    const cells = run.cells.map((cell) =>
      cell.target === 'bind'
        ? { ...cell, noise: [{ code: 'outlier' as const, round: 3, text: 'round 4 was slow: others used the disk' }] }
        : cell,
    )
    expect(strip({ ...run, cells }, 'bind').match(/class="ring"/g)).toHaveLength(1)
    expect(textOf(part(htmlReport({ ...run, cells }), 'rounds'))).toMatch(
      /bind : round 4 was slow: others used the disk/,
    )
    expect(strip(run, 'bind')).not.toContain('class="ring"')
  })

  test('a failed round is a cross at its place, never a value', () => {
    const failed = failedTrial('no space', { target: 'bind', round: 5 })
    const trials = run.trials.map((one) =>
      one.scenario === 'seq-write' && one.target === 'bind' && one.round === 5 ? failed : one,
    )
    const html = strip({ ...run, trials }, 'bind')
    expect(html).toMatch(/class="mark failed"[\s\S]*round 6: failed: no space/)
    expect(html).not.toContain('data-round="5"')
    expect(html.match(/<g class="thread[\s\S]*?<\/g>/)?.[0].match(/<line/g)).toHaveLength(9)
  })

  test('more than 200 are drawn as the range of neighbours', () => {
    const many = Array.from({ length: 1000 }, (_, index) => 200 + (index % 7))
    const html = strip({ ...run, trials: bandwidthRounds('volume', many) }, 'volume')
    expect(html.match(/class="range/g)).toHaveLength(200)
    expect(html).not.toContain('data-round')
    expect(html).toContain('rounds 996 to 1000')
    expect(html).not.toContain('class="band"')
    expect(html.length).toBeLessThan(60_000)
  })
})

describe('how it was measured', () => {
  const method = textOf(part(htmlReport(docker), 'method'))

  test.each([
    'seed',
    'fingerprint',
    docker.environment.fingerprint,
    docker.runId,
    'dd if=/dev/zero',
    '--fallocate=none',
  ])('has %s', (word) => {
    expect(method).toContain(word)
  })

  test('has the line of mountinfo that proves each mount', () => {
    for (const { proof } of docker.targets) expect(method).toContain(proof?.mountinfo)
  })

  test('has what was not ranked, and why', () => {
    expect(method).toMatch(
      /tmpfs : tmpfs is memory: fsync has no effect, and nothing is kept: compared, never named the best \( ?seq-write/,
    )
  })
})

describe('several runs', () => {
  const other = { ...docker, runId: '20261122-020000-ffffff', label: 'after', startedAt: '2026-11-22T02:00:00.000Z' }
  const html = htmlReports([docker, other])

  test('stand side by side in every part', () => {
    for (const id of ['answers', 'comparison', 'rounds', 'latency', 'figures', 'method']) {
      expect(part(html, id)).toContain(docker.runId)
      expect(part(html, id)).toContain('>after<')
    }
  })

  test('have drawings whose names say of which run they are', () => {
    const names = [...part(html, 'rounds').matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, name]) => name)
    expect(new Set(names).size).toBe(24)
  })

  test('have their figures apart', () => {
    for (const index of [0, 1]) expect(part(html, 'figures')).toContain(`data-of="${index}/seq-write/volume/median"`)
  })

  test('what they lack is said', () => {
    const fewer = {
      ...other,
      scenarios: other.scenarios.slice(1),
      cells: other.cells.filter(({ scenario }) => scenario !== other.scenarios[0]?.id),
    }
    expect(part(htmlReports([docker, fewer]), 'figures')).toContain('not in this run')
  })

  test('a difference in what they ran on is marked', () => {
    const moved = { ...other, environment: { ...other.environment, fingerprint: 'ffffffffffff' } }
    expect(part(htmlReports([docker, moved]), 'method')).toMatch(/fingerprint<em> differs/)
    expect(part(htmlReports([docker, moved]), 'figures')).toContain('different machines')
    expect(part(html, 'method')).not.toMatch(/fingerprint<em>/)
  })

  test('of one label are told apart by their ids', () => {
    const both = htmlReports([
      { ...docker, label: 'same' },
      { ...other, label: 'same' },
    ])
    expect(part(both, 'answers')).toContain(docker.runId)
    expect(part(both, 'answers')).toContain(other.runId)
  })
})

describe('hostile words stay text', () => {
  const tags = (html: string) => [...html.matchAll(/<\/?([a-z]\w*)/gi)].map(([, name]) => name)

  test.each(HOSTILE)('%j', (text) => {
    const html = htmlReport(hostileRun(text))
    // The same elements as with harmless words: nothing was opened, nothing closed.
    expect(tags(html)).toEqual(tags(htmlReport(hostileRun('harmless'))))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(html).not.toMatch(/[\u0000-\u0008\u000e-\u001f]/)
  })
})
