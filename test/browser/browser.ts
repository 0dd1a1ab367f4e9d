import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'

const EXECUTABLE = process.env.MOUNTBENCH_CHROMIUM ?? '/usr/bin/chromium'

/** Why no page can be opened here; null when one can. A gate that requires engines requires the browser as well. */
export const missing =
  existsSync(EXECUTABLE) || process.env.MOUNTBENCH_REQUIRE_ENGINES
    ? null
    : `there is no ${EXECUTABLE} (bash .ci/engines up)`

/** A suite's title: with the reason where it is skipped. */
export const titled = (title: string) => (missing === null ? title : `${title} (skipped: ${missing})`)

/** A page that is open, and what it complained about or asked for. */
export interface Opened {
  page: Page
  errors: string[]
  requests: string[]
}

/** A browser for the tests of one file, and a folder for its pages. */
export function useBrowser() {
  let browser: Browser | undefined
  let folder = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mountbench-browser-'))
    // Chromium refuses its sandbox to root; the pages are ours.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    browser = await chromium.launch({ executablePath: EXECUTABLE, args })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return async (content: string, options: BrowserContextOptions = {}, name = 'report.html'): Promise<Opened> => {
    if (!browser) throw new Error('the browser has not started')
    const file = join(folder, name)
    writeFileSync(file, content)
    const page = await browser.newPage({ viewport: { width: 1180, height: 900 }, ...options })
    const [errors, requests]: [string[], string[]] = [[], []]
    page.on('console', (message) => errors.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(pathToFileURL(file).href)
    return { page, errors, requests: requests.filter((url) => url !== pathToFileURL(file).href) }
  }
}
