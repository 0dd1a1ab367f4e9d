import { describe, expect, test } from 'vitest'
import { trendOf } from '../../src/history/trend.js'
import { Run } from '../../src/model.js'
import { htmlReport, htmlReports } from '../../src/report/html/page.js'
import { trendHtml } from '../../src/report/html/trend.js'
import { svgReport } from '../../src/report/svg.js'
import { fixture, smallRun } from '../builders.js'
import { historyOf, syntheticRuns } from '../history/histories.js'
import { HOSTILE, hostileRun } from '../report/hostile.js'
import { missing, titled, useBrowser } from './browser.js'

const docker = Run.parse(JSON.parse(fixture('report/docker.json')))
const html = htmlReport(docker)

describe.skipIf(missing !== null)(titled('the report in Chromium'), () => {
  const open = useBrowser()

  test('renders without an error and without a request', async () => {
    const { page, errors, requests } = await open(html)
    expect({ errors, requests }).toEqual({ errors: [], requests: [] })
    // The policy let the style and the script in.
    expect(await page.evaluate(() => getComputedStyle(document.body).maxWidth)).not.toBe('none')
    expect(await page.locator('.legend input').count()).toBe(3)
  })

  test('its policy keeps out whatever is added later', async () => {
    const { page, errors } = await open(
      html.replace('</body>', '<script>document.title = "in"</script><p style="color:red">x</p></body>'),
    )
    expect(await page.title()).not.toBe('in')
    expect(errors.filter((error) => error.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(2)
  })

  test('values that are seen are those of run.json', async () => {
    const { page } = await open(html)
    const seen = await page
      .locator('#figures data')
      .evaluateAll((all) =>
        all.map(
          (one) => [one.getAttribute('data-of'), Number(one.getAttribute('value')), one.checkVisibility()] as const,
        ),
      )
    for (const [of, value, visible] of seen) {
      const [, scenario, target, field] = of?.split('/') ?? []
      const cell = docker.cells.find((one) => one.scenario === scenario && one.target === target)
      expect(value).toBe(cell?.[field as 'median'])
      expect(visible).toBe(true)
    }
    expect(seen).toHaveLength(docker.cells.length * 6)
  })

  test.each([1180, 390])('marks stand where their ratios are on the axis, %d pixels wide', async (width) => {
    const { page } = await open(html, { viewport: { width, height: 900 } })
    const places = await page.evaluate(() => {
      const centre = (element: Element) => {
        const { left, width: wide } = element.getBoundingClientRect()
        return left + wide / 2
      }
      return {
        ticks: [...document.querySelectorAll('#comparison [data-tick]')].map(
          (tick) => [centre(tick), Math.log(Number(tick.getAttribute('data-tick')))] as const,
        ),
        marks: [...document.querySelectorAll('#comparison .mark path')].map(centre),
      }
    })
    const [[x0, l0], [x1, l1]] = [places.ticks[0]!, places.ticks.at(-1)!]
    const wanted = docker.cells.flatMap(({ comparison }) => comparison?.ratio ?? [])
    const pixels = wanted.map((ratio) => x0 + ((Math.log(ratio) - l0) / (l1 - l0)) * (x1 - x0))
    expect(places.marks).toHaveLength(wanted.length)
    places.marks.forEach((x, index) => {
      expect(Math.abs(x - pixels[index]!)).toBeLessThan(1.5)
    })
  })

  test.each([320, 390, 768, 1180])('nothing sticks out at a width of %d', async (width) => {
    for (const content of [
      html,
      htmlReports([docker, { ...docker, runId: 'x'.repeat(60) }]),
      htmlReport(hostileRun('W'.repeat(90))),
    ]) {
      const { page } = await open(content, { viewport: { width, height: 800 } })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
  })

  describe('what the script adds', () => {
    test('a value is shown when pointed at, and goes', async () => {
      const { page } = await open(html)
      await page.locator('#rounds .mark').first().hover()
      expect(await page.locator('.tip').textContent()).toMatch(/volume, round 1: [\d.]+ [GM]iB\/s/)
      await page.mouse.move(0, 0)
      expect(await page.locator('.tip').isVisible()).toBe(false)
    })

    test('arrow keys walk from round to round', async () => {
      const { page } = await open(html)
      await page.locator('#rounds svg.drawing').first().focus()
      const last = docker.scenarios[0]!.rounds
      for (const [pressed, round] of [
        ['Home', 1],
        ['ArrowLeft', 1],
        ['ArrowRight', 2],
        ['End', last],
        ['ArrowRight', last],
        ['ArrowLeft', last - 1],
      ] as const) {
        await page.keyboard.press(pressed)
        expect(await page.locator('.tip').textContent()).toContain(`round ${round}:`)
      }
      await page.keyboard.press('Escape')
      expect(await page.locator('.tip').isVisible()).toBe(false)
    })

    test('a switch hides a target everywhere, and brings it back', async () => {
      const { page } = await open(html)
      const shown = () =>
        page.locator('[data-series="2"]').evaluateAll((all) => all.filter((one) => one.checkVisibility()).length)
      const before = await shown()
      expect(before).toBeGreaterThan(8)
      await page.getByRole('checkbox', { name: 'tmpfs' }).press('Space')
      expect(await shown()).toBe(0)
      await page.getByRole('checkbox', { name: 'tmpfs' }).press('Space')
      expect(await shown()).toBe(before)
    })

    test('without it nothing is missing', async () => {
      const { page } = await open(html, { javaScriptEnabled: false })
      expect(await page.locator('#rounds .mark').count()).toBe(
        docker.trials.filter(({ phase }) => phase === 'measure').length,
      )
      expect(await page.locator('.legend li').allTextContents()).toEqual(['volume reference', 'bind', 'tmpfs'])
    })
  })

  test('hostile words are seen as they are, and nothing runs', async () => {
    for (const text of HOSTILE) {
      const { page, errors } = await open(htmlReport(hostileRun(text)))
      expect(errors).toEqual([])
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      const seen = text.replaceAll(/[\u0000-\u0008\u000e-\u001f\ud800]/g, '\ufffd').replaceAll('\r\n', '\n')
      expect(
        await page
          .locator('.legend bdi')
          .first()
          .evaluate((one) => one.textContent),
      ).toBe(seen)
      await page.close()
    }
  })

  test('a name that turns the writing direction turns only itself', async () => {
    const place = async (text: string) => {
      const { page } = await open(htmlReport(hostileRun(text)))
      const answer = page.locator('#answers dd p').first()
      return answer.evaluate((one) => {
        const bdi = one.querySelector('bdi')
        return (bdi?.getBoundingClientRect().left ?? 0) - one.getBoundingClientRect().left
      })
    }
    expect(await place('\u202Etxt.exe')).toBeCloseTo(await place('txt.exe'), 0)
  })

  test('a trend renders without an error and without a request, and fits a phone', async () => {
    const trend = trendHtml(trendOf(historyOf(syntheticRuns(60, 40))))
    for (const width of [1180, 320]) {
      const { page, errors, requests } = await open(trend, { viewport: { width, height: 800 } })
      expect({ errors, requests }).toEqual({ errors: [], requests: [] })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await page.locator('.change.worse').isVisible()).toBe(true)
    }
  })

  test('a drawing for a README is an image, also with hostile words', async () => {
    const { page, errors } = await open('<!doctype html><meta charset="utf-8"><title>x</title>')
    for (const one of [docker, smallRun(), ...HOSTILE.map(hostileRun)]) {
      const seen = await page.evaluate(async (text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
        const image = new Image()
        image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
        await image.decode()
        const broken = parsed.querySelector('parsererror')?.textContent ?? null
        return { broken, width: image.naturalWidth, scripts: parsed.querySelectorAll('script').length }
      }, svgReport(one))
      expect({ ...seen, errors }).toEqual({ broken: null, width: 880, scripts: 0, errors: [] })
    }
  })
})
