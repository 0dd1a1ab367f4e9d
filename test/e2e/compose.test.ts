import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TOOLS_IMAGE } from '../../src/engines/labels.js'
import { output, run } from './support/program.js'
import { hasImages, onEach, type Subject } from './support/subjects.js'
import { atEnd, engineFlag, freshFolder, mountbench, namesOnEngine, nothingRemains, onlyRun } from './support/world.js'

const LITTLE = ['--rounds', '2', '--size', '4m', '--duration', '100ms', '--quiet']

/** The blog's table with some posts, as SQLite makes it. */
const DATABASE = `
import sqlite3
db = sqlite3.connect('/data/blog.sqlite')
db.execute('CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, body TEXT)')
db.executemany('INSERT INTO posts (title, body) VALUES (?, ?)', [(str(i), 'x' * 500) for i in range(500)])
db.commit()
`

/** The lesson's blog: its database in a named volume, its source as a bind mount, its configuration read-only, a tmpfs. */
const BLOG = (name: string) => `
name: ${name}
services:
  blog:
    image: debian:bookworm-slim
    environment:
      SECRET: \${SECRET_THAT_IS_NOT_SET}
    volumes:
      - blog-data:/data
      - ./src:/app/src
      - type: bind
        source: ./config
        target: /etc/blog
        read_only: true
      - ./nginx.conf:/etc/nginx/nginx.conf:ro
    tmpfs: /run/blog:size=64m
  backup:
    image: debian:bookworm-slim
    volumes:
      - blog-data:/backup
      - new-data:/fresh
volumes:
  blog-data:
  new-data:
`

interface Blog {
  folder: string
  file: string
  volume: string
}

/** The application in a folder and a volume of its own, with files of last year. */
async function blog(subject: Subject): Promise<Blog> {
  const name = `mbe2e${randomBytes(4).toString('hex')}`
  const folder = freshFolder(subject)
  const files = { 'src/app.py': 'print(1)\n', 'src/deep/post.html': '<p>', 'config/app.json': '{}', 'nginx.conf': 'x' }
  for (const [path, text] of Object.entries({ ...files, 'compose.yaml': BLOG(name) })) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
    utimesSync(join(folder, path), 1_700_000_000, 1_700_000_000)
  }
  const volume = `${name}_blog-data`
  await output([subject.engine, 'volume', 'create', volume])
  atEnd(() => output([subject.engine, 'volume', 'rm', volume]))
  await inVolume(subject, volume, 'mkdir /data/old && python3 - && touch -d 2024-01-01 /data/blog.sqlite')
  return { folder, file: join(folder, 'compose.yaml'), volume }
}

/** What a shell line says in a container of the test's own that has the volume. */
async function inVolume({ engine }: Subject, volume: string, line: string): Promise<string> {
  const mount = ['--mount', `type=volume,src=${volume},dst=/data`]
  const command = [engine, 'run', '--interactive', '--rm', ...mount, '--entrypoint', 'sh', TOOLS_IMAGE, '-c', line]
  const { exitCode, stdout, stderr } = await run(command, { cwd: '/', input: DATABASE })
  if (exitCode !== 0) throw new Error(stderr)
  return stdout
}

/** What the engine says of a volume; docker's CreatedAt is the time of the volume's own folder (20.10), and podman's is not. */
async function inspect({ engine }: Subject, volume: string): Promise<string> {
  const told = await output([engine, 'volume', 'inspect', volume])
  return engine === 'docker' ? told.replace(/"CreatedAt": "[^"]*"/, '') : told
}

/** Every name with its type, size, owner, mode and time, and the content of every file. The folder's own time is not among them. */
async function everything(subject: Subject, { folder, volume }: Blog) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  const files = names.map((name) => {
    const { size, mode, uid, mtimeMs } = statSync(join(folder, name))
    const isFile = statSync(join(folder, name)).isFile()
    const content = isFile
      ? createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')
      : ''
    return [name, mode, uid, isFile ? size : null, isFile ? mtimeMs : null, content]
  })
  const list =
    'cd /data && find . -mindepth 1 -printf "%p %y %s %m %u %T@\\n" | sort && find . -type f -exec sha256sum {} +'
  const inspected = await inspect(subject, volume)
  return { files, inspected, data: await inVolume(subject, volume, list) }
}

onEach(
  'run --compose',
  (subject) => {
    test('the blog: a table of its mounts, and nothing of it is changed', async () => {
      const app = await blog(subject)
      const before = await everything(subject, app)
      expect(before.data).toMatch(/blog\.sqlite f \d{6} /)
      const names = await namesOnEngine(subject)
      const cwd = freshFolder(subject)
      const command = ['run', 'seq-write', 'config-read', 'blog', '--compose', app.file, ...engineFlag(subject)]
      const { exitCode, stdout, stderr } = await mountbench(subject, [...command, ...LITTLE], { cwd })
      expect([exitCode, stderr]).toEqual([0, expect.any(String)])
      expect(await everything(subject, app)).toEqual(before)

      for (const label of ['fresh-volume', 'data', 'app-src', 'etc-blog', 'run-blog'])
        expect(stdout).toContain(` ${label} `)
      expect(stdout).toMatch(/disk \S+: \S+ write and \S+ read IOPS on average .*GiB free, least/)
      expect(stderr).toMatch(/nginx\.conf is not measured: .* is no folder/)
      const { run: saved } = await onlyRun(cwd)
      expect(saved.options.reference).toBe('fresh-volume')
      expect(saved.warnings[0]).toMatch(/nginx\.conf is not measured/)
      const proofOf = (label: string) => saved.targets.find((target) => target.label === label)?.proof
      expect(proofOf('data')?.root).toContain(app.volume)
      expect(proofOf('app-src')?.root.endsWith('/src')).toBe(true)
      expect(proofOf('run-blog')).toMatchObject({ filesystem: 'tmpfs', totalBytes: 64 * 2 ** 20 })
      const statusOf = (scenario: string) =>
        saved.cells.flatMap((cell) => (cell.scenario === scenario ? [[cell.target, cell.status]] : []))
      const skipped = (scenario: string) => statusOf(scenario).filter(([, status]) => status !== 'measured')
      // What may not be written to is measured by reading what is there; another container cannot see a tmpfs.
      expect(statusOf('seq-write')).toHaveLength(5)
      expect(skipped('seq-write')).toEqual([['etc-blog', 'skipped']])
      expect(skipped('config-read')).toEqual([['run-blog', 'skipped']])
      expect(saved.cells.find(({ target, status }) => target === 'etc-blog' && status === 'skipped')?.reason).toMatch(
        /read-only/,
      )

      const [disk] = saved.disk
      expect(disk?.targets).toEqual(expect.arrayContaining(['fresh-volume', 'data', 'app-src']))
      // seq-write ends when its bytes are on the disk: 2 rounds and a warm-up on three mounts of it.
      expect(disk?.writes).toBeGreaterThanOrEqual(9)
      expect(disk?.leastFreeBytes).toBeLessThanOrEqual(disk?.freeBytesAtStart ?? 0)
      expect(
        (await namesOnEngine(subject)).filter((name) => !names.includes(name) && name.includes(saved.runId)),
      ).toEqual([])
    })

    test('a volume that is not there yet is measured as a fresh one, and is not there afterwards either', async () => {
      const app = await blog(subject)
      const cwd = freshFolder(subject)
      const command = ['run', 'dd-write', '--service', 'backup', '--compose', app.file, ...engineFlag(subject)]
      const { exitCode, stderr } = await mountbench(subject, [...command, '--reference', 'backup', ...LITTLE], { cwd })
      expect([exitCode, stderr]).toEqual([0, expect.any(String)])
      expect(stderr).toMatch(/there is no volume '\S+_new-data' yet: a fresh one is measured/)
      const { run: saved } = await onlyRun(cwd)
      expect(saved.targets.map(({ label, options }) => [label, options.name ?? null])).toEqual([
        ['backup', app.volume],
        ['fresh', null],
      ])
      expect((await namesOnEngine(subject)).filter((name) => name.includes('new-data'))).toEqual([])
    })

    test('a volume that nothing has used yet is afterwards as it was', async () => {
      const app = await blog(subject)
      const unused = app.volume.replace('blog-data', 'new-data')
      await output([subject.engine, 'volume', 'create', unused])
      atEnd(() => output([subject.engine, 'volume', 'rm', unused]))
      const before = await inspect(subject, unused)
      const command = ['run', 'dd-write', 'backup', '--compose', app.file, ...engineFlag(subject), ...LITTLE]
      const { exitCode, stderr } = await mountbench(subject, command, { cwd: freshFolder(subject) })
      expect([exitCode, stderr]).toEqual([0, expect.any(String)])
      expect(await inspect(subject, unused)).toBe(before)
      if (subject.engine === 'podman') expect(before).toContain('"NeedsChown": true')
    })

    test('a dry run names the volume that is there, and makes nothing', async () => {
      const app = await blog(subject)
      const before = await everything(subject, app)
      const cwd = freshFolder(subject)
      const command = ['run', 'dd-write', 'blog', '--compose', app.file, ...engineFlag(subject), '--dry-run']
      const { exitCode, stdout } = await mountbench(subject, command, { cwd })
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(new RegExp(`(src=| )${app.volume}[,:]`))
      expect(await everything(subject, app)).toEqual(before)
      expect(readdirSync(cwd)).toEqual([])
    })
  },
  (subject) => hasImages(subject),
)

nothingRemains()
