import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Run } from '../../src/model.js'
import { htmlReport } from '../../src/report/html/page.js'
import { fixture } from '../builders.js'
import { missing, titled, useBrowser } from './browser.js'

const FOLDER = new URL('../screenshots/', import.meta.url)
const docker = Run.parse(JSON.parse(fixture('report/docker.json')))

/** The four forms of a page, and the part of it that is kept: the top, whose size does not depend on fonts. */
const FORMS = {
  light: { options: { colorScheme: 'light', viewport: { width: 1180, height: 1700 } }, media: 'screen' },
  dark: { options: { colorScheme: 'dark', viewport: { width: 1180, height: 1700 } }, media: 'screen' },
  phone: { options: { colorScheme: 'light', viewport: { width: 390, height: 2200 } }, media: 'screen' },
  print: { options: { colorScheme: 'dark', viewport: { width: 690, height: 980 } }, media: 'print' },
} as const satisfies Record<string, { options: BrowserContextOptions; media: 'screen' | 'print' }>
type Form = keyof typeof FORMS
const forms = Object.keys(FORMS) as Form[]

/** A page as a grid of mean brightness, 0 to 1, in cells of 20 × 20 pixels: where there is text, where marks, where nothing. */
const CELL = 20
function gridOf({ data, cell }: { data: string; cell: number }) {
  const image = new Image()
  image.src = `data:image/png;base64,${data}`
  return image.decode().then(() => {
    const [columns, rows] = [Math.floor(image.width / cell), Math.floor(image.height / cell)]
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: columns, height: rows })
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.imageSmoothingQuality = 'high'
    context.drawImage(image, 0, 0, columns * cell, rows * cell, 0, 0, columns, rows)
    const bytes = [...context.getImageData(0, 0, columns, rows).data]
    const brightness = Array.from(
      { length: columns * rows },
      (_, at) => ((bytes[at * 4] ?? 0) + (bytes[at * 4 + 1] ?? 0) + (bytes[at * 4 + 2] ?? 0)) / 765,
    )
    return { columns, rows, brightness }
  })
}

type Grid = Awaited<ReturnType<typeof gridOf>>

/**
 * The share of the ink of two pages that the other does not have at that place, 0 to 1; 1 as well when their papers differ. Each row may
 * stand up to two cells away, as other fonts move lines.
 */
function distance(one: Grid, other: Grid): number {
  const [paper, otherPaper] = [one, other].map(
    ({ brightness }) => brightness.toSorted((a, b) => a - b)[Math.floor(brightness.length / 2)] ?? 0,
  )
  if (one.columns !== other.columns || one.rows !== other.rows || Math.abs((paper ?? 0) - (otherPaper ?? 0)) > 0.2)
    return 1
  const row = ({ brightness, columns }: Grid, from: number | undefined, y: number) =>
    brightness.slice(y * columns, (y + 1) * columns).map((value) => Math.abs(value - (from ?? 0)))
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const rows = Array.from({ length: one.rows }, (_, y) => {
    const own = row(one, paper, y)
    const near = [-2, -1, 0, 1, 2].filter((shift) => y + shift >= 0 && y + shift < other.rows)
    return near
      .map((shift) => {
        const its = row(other, otherPaper, y + shift)
        return { apart: sum(own.map((ink, x) => Math.abs(ink - (its[x] ?? 0)))), ink: sum(own) + sum(its) }
      })
      .toSorted((a, b) => a.apart - b.apart)[0]!
  })
  return sum(rows.map(({ apart }) => apart)) / sum(rows.map(({ ink }) => ink))
}

/** Below: another font gives 0.13; above: a page without its answers 0.39, without its style 0.49. */
const ALIKE = 0.25

describe.skipIf(missing !== null)(titled('the report looks as it was approved'), () => {
  const open = useBrowser()
  const html = htmlReport(docker)

  async function shot(form: Form): Promise<{ page: Page; png: Buffer }> {
    const { options, media } = FORMS[form]
    const { page } = await open(html, options)
    await page.emulateMedia({ media })
    return { page, png: await page.screenshot() }
  }
  const file = (form: Form) => new URL(`report-${form}.png`, FOLDER)
  const gridIn = (page: Page, png: Buffer) => page.evaluate(gridOf, { data: png.toString('base64'), cell: CELL })

  // A page without our policy, which allows no images, to look at both in.
  const looking = async () => (await open('<!doctype html><title>x</title>', {}, 'empty.html')).page

  test.each(forms)('%s', async (form) => {
    const { png } = await shot(form)
    if (process.env.MOUNTBENCH_UPDATE_SCREENSHOTS || !existsSync(file(form))) {
      mkdirSync(FOLDER, { recursive: true })
      writeFileSync(file(form), png)
    }
    const page = await looking()
    expect(distance(await gridIn(page, png), await gridIn(page, readFileSync(file(form))))).toBeLessThan(ALIKE)
  })

  describe('a look that differs is noticed', () => {
    const apart = async (content: string, form: Form = 'light') => {
      const page = await looking()
      const { page: other } = await open(content, FORMS[form].options)
      return distance(await gridIn(page, readFileSync(file('light'))), await gridIn(page, await other.screenshot()))
    }

    test.each([
      ['without its style', () => html.replace(/<style>[\s\S]*?<\/style>/, '')],
      ['without its answers', () => html.replace(/<section id="answers">[\s\S]*?<\/section>/, '')],
    ])('%s', async (_, change) => {
      expect(await apart(change())).toBeGreaterThan(ALIKE)
    })

    test('in other colours', async () => {
      expect(await apart(html, 'dark')).toBe(1)
    })

    test('but not another font', async () => {
      const condensed = html
        .replace(/http-equiv="Content-Security-Policy" content="[^"]*"/, '')
        .replaceAll('system-ui', '"DejaVu Sans Condensed"')
      expect(await apart(condensed)).toBeLessThan(ALIKE)
    })
  })

  test('on paper it is dark on light, with every part and without switches', async () => {
    const { page } = await shot('print')
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)')
    for (const id of ['answers', 'comparison', 'rounds', 'latency', 'figures', 'method', 'reading'])
      expect(await page.locator(`#${id}`).isVisible()).toBe(true)
    expect(await page.locator('nav').isVisible()).toBe(false)
    const pdf = await page.pdf({ preferCSSPageSize: true })
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0
    expect(pages).toBeGreaterThanOrEqual(3)
    expect(pages).toBeLessThanOrEqual(9)
  })
})
