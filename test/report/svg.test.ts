import { describe, expect, test } from 'vitest'
import { Run } from '../../src/model.js'
import { svgReport } from '../../src/report/svg.js'
import { fixture, smallRun } from '../builders.js'
import { HOSTILE, hostileRun } from './hostile.js'

const docker = Run.parse(JSON.parse(fixture('report/docker.json')))
const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text.replaceAll(/[\u2068\u2069]/g, ''))

test('the same run gives the same bytes', () => {
  expect(svgReport(smallRun())).toBe(svgReport(smallRun()))
})

test('says what the table says, target by target', () => {
  expect(texts(svgReport(smallRun()))).toEqual(
    expect.arrayContaining(['seq-write', 'bind', 'tmpfs', expect.stringMatching(/^14\.8x faster \[/)]),
  )
})

test('what has no ratio has its status instead of a mark, and its reason below', () => {
  const svg = svgReport(smallRun())
  expect(texts(svg)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^failed [¹²³]/),
      expect.stringMatching(/^skipped [¹²³]/),
      expect.stringMatching(/^[¹²³] .*no space left$/),
    ]),
  )
  expect(svg.match(/class="mark /g)).toHaveLength(2)
})

test('marks stand where the ratios are on the log axis', () => {
  const svg = svgReport(docker)
  const ticks = [...svg.matchAll(/class="tick" x="([\d.]+)"[^>]*>[^\d]*([\d.]+)x/g)].map(
    ([, x, value]) => [Number(x), Math.log(Number(value))] as const,
  )
  const [[x0, l0], [x1, l1]] = [ticks[0]!, ticks.at(-1)!]
  const seen = [...svg.matchAll(/<svg x="([\d.]+)"[^>]*class="mark/g)].map(([, x]) =>
    Math.exp(l0 + ((Number(x) - x0) / (x1 - x0)) * (l1 - l0)),
  )
  const wanted = docker.cells.flatMap(({ comparison }) => comparison?.ratio ?? [])
  expect(seen).toHaveLength(wanted.length)
  seen.forEach((ratio, index) => {
    expect(ratio / wanted[index]!).toBeCloseTo(1, 2)
  })
})

test('fetches nothing', () => {
  expect(svgReport(docker)).not.toMatch(/\s(href|src)=|url\(|@import|<script|<foreignObject/)
})

describe('hostile words stay text', () => {
  const tags = (svg: string) => [...svg.matchAll(/<\/?([a-z]\w*)/gi)].map(([, name]) => name)
  test.each(HOSTILE)('%j', (text) => {
    expect(tags(svgReport(hostileRun(text)))).toEqual(tags(svgReport(hostileRun('harmless'))))
  })
})
