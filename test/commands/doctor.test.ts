import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import { fixture } from '../builders.js'
import { fakeDeps, fakeExec, fakePipe } from '../fake.js'

const ABSENT = {
  docker: { exitCode: 127 },
  podman: { exitCode: 1, stderr: 'Error: unable to connect to Podman socket: no such file\n' },
}
const FORBIDDEN = { unshare: { exitCode: 1, stderr: 'unshare: unshare failed: Operation not permitted\n' } }

test('without any engine: why, and what to do about each', async () => {
  const { exec } = fakeExec({ ...ABSENT, ...FORBIDDEN, fio: { exitCode: 127 }, dd: { stdout: 'dd (coreutils) 9.1\n' } })
  const deps = fakeDeps({ exec })
  expect(await main(['doctor'], deps)).toBe(0)
  const text = deps.stdout.text()
  expect(text).toMatch(/docker +not usable: docker is not installed/)
  expect(text).toMatch(/podman +not usable: .*unable to connect to Podman.*start the engine/)
  expect(text).toMatch(/namespaces +not usable: .*Operation not permitted.*run as root/)
  expect(text).toMatch(/fio +missing; try: apt-get install fio/)
  expect(text).toMatch(/dd +dd \(coreutils\) 9\.1/)
  expect(readdirSync(deps.cwd)).toEqual([])
})

test('with one: a line for each mount type and the noise, and nothing is left', async () => {
  const { exec } = fakeExec(ABSENT)
  const deps = fakeDeps({
    exec,
    openPipe: (command) =>
      fakePipe(command.at(-1) ?? '', ([program, ...rest]) => {
        if (rest.includes('/proc/self/mountinfo')) return { stdout: '1 0 254:0 / / rw - ext4 /dev/vda rw\n' }
        if (rest.includes('/proc/meminfo')) return { stdout: fixture('kernel.txt') }
        if (program === 'df') return { stdout: 'x\n/dev/vda 99999999 0 99999999 0% /\n' }
        if (rest.includes('--version')) return { stdout: `${program} 1.0\n` }
        if (rest.includes('bs=4k'))
          return {
            stderr: '64+0 records in\n64+0 records out\n262144 bytes (262 kB, 256 KiB) copied, 0.01 s, 26 MB/s\n',
          }
        return {}
      }),
  })
  expect(await main(['doctor'], deps)).toBe(0)
  const text = deps.stdout.text()
  expect(text).toMatch(/host +ext4 \(\/dev\/vda\), 95\.4 GiB free, takes O_DIRECT; fio 1\.0/)
  // None of these is a mount of its own here.
  for (const type of ['volume', 'anonymous', 'bind', 'tmpfs'])
    expect(text).toMatch(new RegExp(`${type} +cannot be made: .*landed on the writable layer`))
  expect(text).toMatch(/disk +\/dev\/vda \(254:0\): now 0 read IOPS \(0 B\/s\), 0 write IOPS/)
  expect(text).toMatch(/noise +12 times .* coefficient of variation .*%/)
  expect(readdirSync(deps.cwd)).toEqual([])
})

test('the load of the disk is what was added in the second between two looks', async () => {
  const { exec } = fakeExec(ABSENT)
  let looks = 0
  // Each look is 300 writes and 6 MiB later than the one before.
  const diskstats = () => {
    const writes = looks++ * 300
    return ` 254 0 vda 10 0 80 5 ${writes} 0 ${looks * 12288} 9 0 1 1\n`
  }
  const deps = fakeDeps({
    exec,
    openPipe: (command) =>
      fakePipe(command.at(-1) ?? '', ([program, ...rest]) => {
        if (rest.includes('/proc/self/mountinfo')) return { stdout: '1 0 254:0 / / rw - ext4 /dev/vda rw\n' }
        if (rest.includes('/proc/diskstats')) return { stdout: diskstats() }
        if (program === 'df') return { stdout: 'x\n/dev/vda 99999999 0 99999999 0% /\n' }
        if (rest.includes('bs=4k')) return { stderr: '262144 bytes (262 kB, 256 KiB) copied, 0.01 s, 26 MB/s\n' }
        return {}
      }),
  })
  await main(['doctor'], deps)
  expect(deps.stdout.text()).toMatch(/now 0 read IOPS \(0 B\/s\), 300 write IOPS \(6\.00 MiB\/s\)/)
})

test('Ctrl-C while it looks: 130, nothing is said of mounts that could not be seen for it, and nothing is left', async () => {
  const { exec } = fakeExec(ABSENT)
  const stopping = new AbortController()
  const deps = fakeDeps({
    exec,
    signal: stopping.signal,
    openPipe: (command) =>
      fakePipe(command.at(-1) ?? '', ([program, ...rest]) => {
        if (rest.includes('/proc/self/mountinfo')) return { stdout: '1 0 254:0 / / rw - ext4 /dev/vda rw\n' }
        if (program === 'df') return { stdout: 'x\n/dev/vda 99999999 0 99999999 0% /\n' }
        if (!rest.includes('bs=4k')) return {}
        stopping.abort()
        return 'hang'
      }),
  })
  expect(await main(['doctor'], deps)).toBe(130)
  expect(deps.stderr.text()).toBe('mountbench: interrupted\n')
  expect(deps.stdout.text()).toContain('engines')
  expect(deps.stdout.text()).not.toMatch(/mounts on|what to know/)
  expect(readdirSync(deps.cwd)).toEqual([])
})
