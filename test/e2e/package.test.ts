import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TOOL_VERSION } from '../../src/version.js'
import { output, run } from './support/program.js'
import { diskFolder } from './support/world.js'

const ROOT = join(import.meta.dirname, '../..')
let folder = ''

/** What is published, installed in an empty folder. The program is built already: `npm test` begins with that. */
beforeAll(async () => {
  folder = diskFolder()
  const packed = JSON.parse(
    await output(['npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT),
  )
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  await output(
    ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed[0].filename)],
    folder,
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the installed program says its version', async () => {
  expect(await run(['npx', '--no-install', 'mountbench', '--version'], { cwd: folder })).toMatchObject({
    exitCode: 0,
    stdout: `${TOOL_VERSION}\n`,
  })
})

test('the installed program lists the scenarios', async () => {
  const { exitCode, stdout } = await run(['npx', '--no-install', 'mountbench', 'list'], { cwd: folder })
  expect(exitCode).toBe(0)
  for (const id of ['dd-write', 'fsync-latency', 'metadata']) expect(stdout).toContain(id)
})

test('the Dockerfile of the tools image comes with it', () => {
  expect(readFileSync(join(folder, 'node_modules/mountbench/Dockerfile'), 'utf8')).toMatch(/^FROM /m)
})

test('the library can be imported, with types', async () => {
  const line = '1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.5 s, 2.1 MB/s\\n'
  writeFileSync(
    join(folder, 'use.ts'),
    [
      "import { comparePaired, parseDd, type Run, readRun, runBenchmark } from 'mountbench'",
      `const { bytes, seconds }: { bytes: number; seconds: number } = parseDd({ stderr: '${line}', exitCode: 0 })`,
      '// @ts-expect-error: an exit code is a number',
      "void (() => parseDd({ stderr: '', exitCode: '0' }))",
      'export const readLast = (path: string): Promise<Run> => readRun(path)',
      'console.log(bytes, seconds, typeof runBenchmark, comparePaired([1, 2], [2, 4], { better: "higher" }).ratio)',
    ].join('\n'),
  )
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--lib',
    'es2023,dom',
    '--types',
    '',
  ]
  const compiled = await run([join(ROOT, 'node_modules/.bin/tsc'), ...strict, 'use.ts'], { cwd: folder })
  expect(compiled).toMatchObject({ exitCode: 0, stdout: '' })
  expect(await output([process.execPath, 'use.js'], folder)).toBe('1048576 0.5 function 2')
})
