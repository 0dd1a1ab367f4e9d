import { describe, expect, test } from 'vitest'
import { hostPaste, hostPlan } from '../../src/engines/host.js'
import { instanceName } from '../../src/engines/labels.js'
import {
  namespacesEngine,
  namespacesParty,
  namespacesPlan,
  pasteNamespaces,
  unshareCommand,
} from '../../src/engines/namespaces.js'
import type { Party } from '../../src/scenario.js'
import { SESSION_SCRIPT } from '../../src/session.js'
import { parseTarget } from '../../src/targets.js'
import { MIB, request } from '../builders.js'
import { fakeDeps, fakeExec } from '../fake.js'

const RUN_ID = '20261121-120000-abc123'
const CWD = '/home/me'
const folderOf = (label: string) => `${CWD}/.mountbench/${RUN_ID}/${instanceName(RUN_ID, label, 0)}`
const planOf = (mount: string) => namespacesPlan(request(mount), unshareCommand(true), CWD)
/** The mount command of a plan, which stands between the session's script and the last `--`. */
const mountOf = (mount: string) => {
  const { start } = planOf(mount)
  return start.slice(start.indexOf(SESSION_SCRIPT) + 2, -1)
}

describe('the mount of each type', () => {
  const at = (label: string) => `${folderOf(label)}/mnt`
  test.each([
    ['volume', ['mount', '--bind', `${folderOf('volume')}/volume`, at('volume')]],
    ['anonymous', ['mount', '--bind', `${folderOf('anonymous')}/anonymous`, at('anonymous')]],
    ['bind', ['mount', '--bind', `${folderOf('bind')}/bind`, at('bind')]],
    ['nvme=bind,src=/mnt/nvme', ['mount', '--bind', '/mnt/nvme', at('nvme')]],
    ['tmpfs', ['mount', '-t', 'tmpfs', '-o', `nosuid,nodev,size=${64 * MIB}`, 'tmpfs', at('tmpfs')]],
    ['tmpfs,size=1g', ['mount', '-t', 'tmpfs', '-o', `nosuid,nodev,size=${1024 * MIB}`, 'tmpfs', at('tmpfs')]],
    ['docs=bind,src=/docs,ro', ['mount', '--bind', '-o', 'ro', '/docs', at('docs')]],
    ['bind,ro', ['mount', '--bind', `${folderOf('bind')}/bind`, at('bind')]],
    [
      'tmpfs,size=1g,noexec,mode=700',
      ['mount', '-t', 'tmpfs', '-o', `nosuid,nodev,size=${1024 * MIB},noexec,mode=700`, 'tmpfs', at('tmpfs')],
    ],
  ])('%s', (mount, command) => {
    expect(mountOf(mount)).toEqual(command)
  })

  test('layer is an overlay of three folders that are made before, and never volatile', () => {
    const own = `${folderOf('layer')}/layer`
    expect(mountOf('layer').join(' ')).toContain(`lowerdir=${own}/lower,upperdir=${own}/upper,workdir=${own}/work`)
    expect(mountOf('layer').join(' ')).not.toContain('volatile')
    expect(planOf('layer').create[0]).toEqual(expect.arrayContaining([`${own}/lower`, `${own}/upper`, `${own}/work`]))
  })
})

describe('an instance', () => {
  test('has mounts, processes and a network of its own', () => {
    for (const flag of ['--mount', '--pid', '--fork', '--kill-child', '--net'])
      expect(planOf('volume').start).toContain(flag)
  })

  test('keeps the one capability that writing needs, and what its scenarios ask for', () => {
    const kept = (capabilities: ('SETUID' | 'SETGID')[]) => {
      const { start } = namespacesPlan(request('volume', { capabilities }), unshareCommand(true), CWD)
      return start[start.indexOf(SESSION_SCRIPT) + 1]
    }
    expect(kept([])).toBe('-all,+dac_override')
    expect(kept(['SETUID', 'SETGID'])).toBe('-all,+dac_override,+setuid,+setgid')
  })

  test('everything of it lies in one folder of the run, which goes with it', () => {
    const { create, remove, mountPoint, sweep, kill } = planOf('volume')
    for (const folder of create[0]!.slice(3)) expect(folder.startsWith(`${folderOf('volume')}/`)).toBe(true)
    expect(mountPoint.startsWith(folderOf('volume'))).toBe(true)
    expect(remove).toEqual([['rm', '-rf', '--', folderOf('volume')]])
    expect({ sweep, kill }).toEqual({ sweep: [], kill: null })
  })

  test('of a folder of the user only ours in it is removed', () => {
    const { sweep, remove } = planOf('nvme=bind,src=/mnt/nvme')
    expect(sweep).toEqual([['rm', '-rf', '--', `/mnt/nvme/${instanceName(RUN_ID, 'nvme', 0)}`]])
    expect(remove).toEqual([['rm', '-rf', '--', folderOf('nvme')]])
  })

  test('as a person pastes it: the same namespaces and mount, then a shell', () => {
    const plan = planOf('tmpfs')
    const { start, inside } = pasteNamespaces(plan)
    expect(start[0]).toBe('unshare')
    expect(start.slice(-mountOf('tmpfs').length)).toEqual(mountOf('tmpfs'))
    expect(start.join(' ')).not.toContain(SESSION_SCRIPT)
    expect(inside(['dd'])).toEqual(['env', 'LC_ALL=C', 'dd'])
  })
})

describe('another party', () => {
  const partyOf = (mount: string, party: Party) => namespacesParty(request(mount), party, unshareCommand(true), CWD)

  test.each([
    ['second', []],
    ['reader', ['-o', 'ro']],
  ] as const)('%s: the same folder, mounted again in namespaces of its own', (party, options) => {
    const { instance, directory } = partyOf('volume', party)
    const start = instance.start.slice(instance.start.indexOf(SESSION_SCRIPT) + 2, -1)
    const folder = folderOf('volume')
    expect(start).toEqual(['mount', '--bind', ...options, `${folder}/volume`, `${folder}/mnt`])
    expect(directory).toBe(`${folder}/mnt/${instanceName(RUN_ID, 'volume', 0)}`)
    expect(instance.remove).toEqual([['rm', '-rf', '--', `${folder}-${party}`]])
  })

  test.each([
    ['volume', `${folderOf('volume')}/volume/${instanceName(RUN_ID, 'volume', 0)}`],
    ['nvme=bind,src=/mnt/nvme', `/mnt/nvme/${instanceName(RUN_ID, 'nvme', 0)}`],
  ])('outside of %s: a shell on the host, where the mount comes from', (mount, folder) => {
    const { instance, directory } = partyOf(mount, 'outside')
    expect(directory).toBe(folder)
    expect(instance.start.slice(0, 2)).toEqual(['sh', '-c'])
  })

  test('of a folder of the user that is read-only nothing is ours', () => {
    expect(planOf('docs=bind,src=/docs,ro')).toMatchObject({ untouched: true, sweep: [], note: { folder: null } })
  })
})

test('an ordinary user enters through a user namespace', () => {
  expect(unshareCommand(false)).toEqual(expect.arrayContaining(['--user', '--map-root-user']))
  expect(unshareCommand(true)).not.toContain('--user')
})

describe('the engine', () => {
  const engineWith = (answers: Parameters<typeof fakeExec>[0], root = true) =>
    namespacesEngine(fakeDeps({ exec: fakeExec(answers).exec, root }))

  test('has no image and no leftovers of its own', async () => {
    const engine = await engineWith({ 'unshare --version': { stdout: 'unshare from util-linux 2.38.1\n' } }, false)
    expect(engine).toMatchObject({
      program: null,
      record: { id: 'namespaces', version: '2.38.1', rootless: true, remote: null, sameKernel: true },
    })
    expect(await engine.ensureImage({ name: null, pull: 'missing' })).toBeNull()
    expect(await engine.leftovers()).toEqual([])
  })

  test.each([
    [
      'forbidden',
      { exitCode: 1, stderr: 'unshare: unshare failed: Operation not permitted\n' },
      'Operation not permitted',
      /run as root/,
    ],
    ['without unshare', { exitCode: 127, stderr: 'spawn unshare ENOENT' }, 'util-linux', /.*/],
  ])('%s', async (_, answer, message, hint) => {
    const error = await engineWith({ 'unshare --mount': answer }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'cannot-run', message: expect.stringContaining(message) })
    expect(error.hint ?? '').toMatch(hint)
  })

  test.each([
    ['volume', null],
    ['bind,src=/x', null],
    ['tmpfs,size=1g', null],
    ['volume,name=mine', "no 'name'"],
    ['volume,driver=local', "no 'driver'"],
    ['volume,opt=type=nfs', "no 'opt'"],
    ['layer,engine-arg=--cpus=1', "no 'engine-arg'"],
    ['bind,z', "no 'z'"],
    ['bind,consistency=cached', "no 'consistency'"],
    ['volume,nocopy', "no 'nocopy'"],
    ['volume,ro', null],
    ['tmpfs,noexec', null],
  ])('objection to %s: %s', async (mount, objection) => {
    const said = await (await engineWith({})).objection(parseTarget(mount))
    if (objection === null) expect(said).toBeNull()
    else expect(said).toContain(objection)
  })
})

describe('the host', () => {
  test('works in a fresh folder of the run, which is removed', () => {
    expect(hostPlan(request('host'), CWD)).toMatchObject({
      create: [['mkdir', '-p', '--', folderOf('host')]],
      mountPoint: folderOf('host'),
      kill: null,
      remove: [['rm', '-rf', '--', folderOf('host')]],
    })
  })

  test('or in the one that is named, of which only ours is removed', () => {
    const { create, mountPoint, remove } = hostPlan(request('host,src=/data'), CWD)
    expect({ create, mountPoint, remove }).toEqual({
      create: [],
      mountPoint: '/data',
      remove: [['rm', '-rf', '--', `/data/${instanceName(RUN_ID, 'host', 0)}`]],
    })
  })

  test('starts no container', () => {
    expect(hostPlan(request('host'), CWD).start.slice(0, 2)).toEqual(['sh', '-c'])
    expect(hostPaste(hostPlan(request('host'), CWD)).inside(['fio', '--x'])).toEqual(['env', 'LC_ALL=C', 'fio', '--x'])
  })
})
