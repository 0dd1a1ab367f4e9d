import { describe, expect, test } from 'vitest'
import { Run } from '../../src/model.js'
import { htmlReport, htmlReports } from '../../src/report/html/page.js'
import { fixture } from '../builders.js'
import { missing, titled, useBrowser } from './browser.js'

const docker = Run.parse(JSON.parse(fixture('report/docker.json')))

/** Contrast of every visible text with what is behind it, as WCAG 2.2 computes it (1.4.3), and of every drawn mark (1.4.11). */
function contrasts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const rgb = (color: string) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = rgb(color).map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element: Element): string => {
    const { backgroundColor } = getComputedStyle(element)
    return (rgb(backgroundColor)[3] ?? 0) > 0 || !element.parentElement
      ? backgroundColor
      : behind(element.parentElement)
  }
  const ratio = (one: string, other: string) => {
    const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05)
  }
  const texts = [...document.querySelectorAll('body *')].filter(
    (one) =>
      one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
  )
  const said = texts.map((one) => {
    const style = getComputedStyle(one)
    const color = one instanceof SVGElement ? style.fill : style.color
    return { what: `${one.tagName} ${one.textContent?.slice(0, 30)}`, ratio: ratio(color, behind(one)) }
  })
  const drawn = [...document.querySelectorAll('.mark path')].map((one) => ({
    what: `mark ${one.parentElement?.getAttribute('class')}`,
    ratio: ratio(getComputedStyle(one).fill, behind(one)),
  }))
  return { said, drawn }
}

describe.skipIf(missing !== null)(titled('the report is accessible'), () => {
  const open = useBrowser()
  const html = htmlReport(docker)

  test.each(['light', 'dark'] as const)('contrast is enough: %s', async (colorScheme) => {
    const targets = ['volume', 'bind', 'tmpfs']
    // Six targets, so that every colour is on the page.
    const more = targets.map((label) =>
      docker.cells.filter(({ target }) => target === label).map((cell) => ({ ...cell, target: `${label}-2` })),
    )
    const six = {
      ...docker,
      targets: [...docker.targets, ...docker.targets.map((target) => ({ ...target, label: `${target.label}-2` }))],
      cells: [
        ...docker.cells,
        ...more.flat().map((cell) => ({
          ...cell,
          comparison: docker.cells.find(({ comparison }) => comparison)?.comparison ?? null,
        })),
      ],
    }
    const { page } = await open(htmlReport(six), { colorScheme })
    const { said, drawn } = await page.evaluate(contrasts)
    expect(said.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    expect(drawn.filter(({ ratio }) => ratio < 3)).toEqual([])
    expect(said.length).toBeGreaterThan(200)
    expect(new Set(drawn.map(({ what }) => what)).size).toBe(6)
  })

  test('what is drawn is also said: tables with headings, images with names', async () => {
    const { page } = await open(html, { javaScriptEnabled: false })
    const tree = await page.locator('#comparison').ariaSnapshot()
    expect(tree).toMatch(/table "Ratio to the reference"/)
    expect(tree).toMatch(/row ".*tmpfs.*faster/)
    const names = await page
      .locator('[role=img]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
    const strips = docker.scenarios.flatMap(({ rounds }) => docker.targets.map(() => rounds))
    expect(names.map((name) => Number(/(\d+) rounds around a median of [\d.]+/.exec(name ?? '')?.[1]))).toEqual(strips)
    const unnamed = await page
      .locator('svg:not([role=img]):not([aria-hidden=true]):not([role=img] svg):not([aria-hidden=true] svg)')
      .count()
    expect(unnamed).toBe(0)
  })

  test('headings of a page of several runs skip no level', async () => {
    const { page } = await open(htmlReports([docker, { ...docker, label: 'again' }]))
    const levels = await page.locator('h1,h2,h3,h4').evaluateAll((all) => all.map((one) => Number(one.tagName[1])))
    expect(levels.every((level, index) => index === 0 || level - levels[index - 1]! <= 1)).toBe(true)
  })

  test('everything that can be used can be reached with the keyboard, has a name, and shows the focus', async () => {
    const { page } = await open(html)
    const reached = new Set<string>()
    for (let step = 0; step < 80; step++) {
      await page.keyboard.press('Tab')
      const found = await page.evaluate(() => {
        const one = document.activeElement
        if (!one || one === document.body) return null
        const name = one.getAttribute('aria-label') ?? one.closest('label')?.textContent ?? one.textContent
        return { tag: one.tagName, name: name?.trim() ?? '', outline: getComputedStyle(one).outlineStyle }
      })
      if (!found) break
      expect(found.name).not.toBe('')
      expect(found.outline).not.toBe('none')
      reached.add(found.tag)
    }
    expect([...reached].toSorted()).toEqual(['A', 'DIV', 'INPUT', 'SUMMARY', 'svg'])
  })

  test('targets differ by shape, not only by colour', async () => {
    const { page } = await open(html)
    const shapes = await page.locator('.legend .key path').evaluateAll((all) => all.map((one) => one.getAttribute('d')))
    expect(new Set(shapes).size).toBe(3)
  })
})
