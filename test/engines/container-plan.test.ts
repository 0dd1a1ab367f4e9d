import { describe, expect, test } from 'vitest'
import { type ContainerContext, containerParty, containerPlan } from '../../src/engines/container-plan.js'
import type { InstancePlan } from '../../src/engines/engine.js'
import { instanceName } from '../../src/engines/labels.js'
import type { Party } from '../../src/scenario.js'
import { MOUNT_TYPES } from '../../src/targets.js'
import { MIB, request } from '../builders.js'

const RUN_ID = '20261121-120000-abc123'
const context: ContainerContext = {
  program: 'podman',
  image: 'sha256:1',
  owner: 'here/boot/1/1',
  init: true,
  litters: false,
  folderFor: (runId, name) => `/home/me/.mountbench/${runId}/${name}`,
}
const planOf = (mount: string, more: Partial<ContainerContext> = {}, tmpfsBytes = 64 * MIB) =>
  containerPlan(request(mount, { tmpfsBytes }), { ...context, ...more })

/** The value after each use of a flag. */
const valuesOf = (argv: readonly string[], flag: string) =>
  argv.flatMap((word, i) => (argv[i - 1] === flag ? [word] : []))
const commandsOf = (plan: InstancePlan) => [
  ...plan.create,
  plan.start,
  ...(plan.kill ? [plan.kill] : []),
  ...plan.sweep,
  ...plan.remove,
]
const lines = (commands: readonly (readonly string[])[]) => commands.map((command) => command.join(' '))

const containerTypes = MOUNT_TYPES.filter((type) => type !== 'host')

describe.each(containerTypes)('%s', (type) => {
  const plan = planOf(type)
  const name = instanceName(RUN_ID, type, 0)

  test('is started without --rm, without a terminal, without -v', () => {
    for (const word of ['--rm', '-t', '-it', '--tty', '-v', '--volume', '--privileged', '--tmpfs']) {
      for (const command of commandsOf(plan)) expect(command).not.toContain(word)
    }
    expect(plan.start).toContain('--interactive')
  })

  test('has least privilege', () => {
    expect(valuesOf(plan.start, '--network')).toEqual(['none'])
    expect(valuesOf(plan.start, '--security-opt')).toEqual(['no-new-privileges'])
    expect(valuesOf(plan.start, '--cap-drop')).toEqual(['ALL'])
    expect(valuesOf(plan.start, '--cap-add')).toEqual(['DAC_OVERRIDE'])
    expect(valuesOf(plan.start, '--log-driver')).toEqual(['none'])
  })

  test('is labelled at birth with tool, run, target and owner', () => {
    const labels = valuesOf(plan.start, '--label')
    expect(labels).toEqual(
      expect.arrayContaining([
        `io.mountbench.run=${RUN_ID}`,
        `io.mountbench.target=${type}`,
        'io.mountbench.owner=here/boot/1/1',
      ]),
    )
    expect(labels.some((label) => /^io\.mountbench\.(version|tool)=/.test(label))).toBe(true)
  })

  test('starts a shell of the image under its own name, with the mark to follow', () => {
    expect(valuesOf(plan.start, '--name')).toEqual([name])
    const image = plan.start.indexOf('sha256:1')
    expect(plan.start.slice(image - 2, image)).toEqual(['--entrypoint', 'sh'])
    expect(plan.start[image + 1]).toBe('-c')
    expect(plan.start.at(-1)).toBe('mountbench')
  })

  test('is killed and removed by its name, with its anonymous volumes', () => {
    expect(plan.kill).toEqual(['podman', 'kill', name])
    expect(plan.remove[0]).toEqual(['podman', 'rm', '--force', '--volumes', name])
  })
})

describe('mounts', () => {
  const name = (label: string) => instanceName(RUN_ID, label, 0)
  test.each([
    ['volume', `type=volume,src=${name('volume')},dst=/mountbench`],
    ['v=volume,name=mine', 'type=volume,src=mine,dst=/mountbench'],
    ['anonymous', 'type=volume,dst=/mountbench'],
    ['anonymous,driver=local,opt=type=nfs', 'type=volume,volume-driver=local,volume-opt=type=nfs,dst=/mountbench'],
    ['bind', `type=bind,src=/home/me/.mountbench/${RUN_ID}/${name('bind')},dst=/mountbench`],
    ['bind,src=/mnt/nvme', 'type=bind,src=/mnt/nvme,dst=/mountbench'],
    ['bind,src=/with space', 'type=bind,src=/with space,dst=/mountbench'],
    ['tmpfs', `type=tmpfs,tmpfs-size=${64 * MIB},tmpfs-mode=1777,dst=/mountbench`],
    ['tmpfs,size=2g', `type=tmpfs,tmpfs-size=${2048 * MIB},tmpfs-mode=1777,dst=/mountbench`],
    ['bind,"src=/a,b"', 'type=bind,"src=/a,b",dst=/mountbench'],
    ['bind,"src=/say ""hi"""', 'type=bind,"src=/say ""hi""",dst=/mountbench'],
    ['anonymous,"opt=o=addr=1,rw"', 'type=volume,"volume-opt=o=addr=1,rw",dst=/mountbench'],
    // docker's --mount takes `readonly` and `ro`, podman's for a volume only `ro`.
    ['bind,src=/docs,ro', 'type=bind,src=/docs,ro,dst=/mountbench'],
    ['v=volume,name=mine,ro', 'type=volume,src=mine,ro,dst=/mountbench'],
    ['bind,src=/x,consistency=cached', 'type=bind,src=/x,consistency=cached,dst=/mountbench'],
    ['anonymous,nocopy', 'type=volume,volume-nocopy,dst=/mountbench'],
    ['tmpfs,size=1m,mode=700', `type=tmpfs,tmpfs-size=${MIB},tmpfs-mode=700,dst=/mountbench`],
    // Read-only and ours: its own container writes, the reader does not.
    ['volume,ro', `type=volume,src=${name('volume')},dst=/mountbench`],
  ])('%s', (mount, csv) => {
    expect(valuesOf(planOf(mount).start, '--mount')).toEqual([csv])
  })

  test.each([
    ['volume,Z', '--volume', `${name('volume')}:/mountbench:Z`],
    ['v=volume,name=mine,nocopy', '--volume', 'mine:/mountbench:nocopy'],
    ['bind,src=/x,z,consistency=cached,ro', '--volume', '/x:/mountbench:z,cached,ro'],
    ['tmpfs,size=1m,exec', '--tmpfs', `/mountbench:exec,size=${MIB},mode=1777`],
    ['tmpfs,size=1m,noexec,mode=0700', '--tmpfs', `/mountbench:noexec,size=${MIB},mode=0700`],
  ])('%s, which --mount of one of the engines cannot say: %s %s', (mount, flag, value) => {
    const { start } = planOf(mount)
    expect(valuesOf(start, flag)).toEqual([value])
    expect(start).not.toContain('--mount')
  })

  test.each(['bind,src=/docs,ro', 'volume,name=mine,ro'])(
    '%s: nothing of ours on it, and nothing to sweep',
    (mount) => {
      expect(planOf(mount)).toMatchObject({ untouched: true, sweep: [], create: [] })
      expect(planOf(mount).start.join(' ')).not.toContain('io.mountbench.sweep')
    },
  )

  test('the layer has none', () => {
    expect(planOf('layer').start).not.toContain('--mount')
  })

  test('arguments of the user stand before the image, as they are', () => {
    const { start } = planOf('volume,engine-arg=--device-write-bps=/dev/vda:50mb')
    expect(start.indexOf('--device-write-bps=/dev/vda:50mb')).toBeLessThan(start.indexOf('--entrypoint'))
    expect(start).toContain('--device-write-bps=/dev/vda:50mb')
  })

  test('an init where the engine has one', () => {
    expect(planOf('volume').start).toContain('--init')
    expect(planOf('volume', { init: false }).start).not.toContain('--init')
  })
})

describe('what is made and removed', () => {
  test('a named volume of ours, labelled, with its driver and options, and removed', () => {
    const { create, remove } = planOf('volume,driver=local,opt=type=nfs,opt=device=:/data')
    const name = instanceName(RUN_ID, 'volume', 0)
    expect(create).toHaveLength(1)
    expect(create[0]!.slice(0, 3)).toEqual(['podman', 'volume', 'create'])
    expect(valuesOf(create[0]!, '--label')).toEqual(
      expect.arrayContaining([`io.mountbench.run=${RUN_ID}`, 'io.mountbench.owner=here/boot/1/1']),
    )
    expect(valuesOf(create[0]!, '--driver')).toEqual(['local'])
    expect(valuesOf(create[0]!, '--opt')).toEqual(['type=nfs', 'device=:/data'])
    expect(create[0]!.at(-1)).toBe(name)
    expect(remove.at(-1)).toEqual(['podman', 'volume', 'rm', name])
  })

  test('an existing volume is neither made nor removed: only our folder in it is', () => {
    const { create, remove, sweep } = planOf('volume,name=mine')
    expect(create).toEqual([])
    expect(lines(remove).some((line) => line.includes('mine') || line.includes('volume rm'))).toBe(false)
    expect(sweep[0]!.slice(-3)).toEqual(['-rf', '--', `/mountbench/${instanceName(RUN_ID, 'volume', 0)}`])
  })

  test('a fresh folder for a bind mount, labelled, and removed last', () => {
    const folder = context.folderFor(RUN_ID, instanceName(RUN_ID, 'bind', 0))
    const { create, remove, start } = planOf('bind')
    expect(create).toEqual([['mkdir', '-p', '--', folder]])
    expect(remove.at(-1)).toEqual(['rm', '-rf', '--', folder])
    expect(valuesOf(start, '--label')).toContain(`io.mountbench.folder=${folder}`)
  })

  test.each(['volume', 'tmpfs', 'layer'])(
    '%s: an engine that litters is started in a folder of ours, labelled, and removed',
    (mount) => {
      const plan = planOf(mount, { litters: true })
      expect(plan.startIn).toBe(`/home/me/.mountbench/${RUN_ID}/${plan.name}`)
      expect(lines(plan.before ?? [])).toEqual([`mkdir -p -- ${plan.startIn}`])
      expect(lines(plan.create).join(' ')).not.toContain('mkdir')
      expect(lines(plan.remove).at(-1)).toBe(`rm -rf -- ${plan.startIn}`)
      expect(plan.start).toContain(`io.mountbench.folder=${plan.startIn}`)
    },
  )

  test('any other is started where we are', () => expect(planOf('volume').startIn).toBeNull())

  test('a folder of the user is neither made nor removed', () => {
    const plan = planOf('bind,src=/mnt/nvme')
    expect(plan.create).toEqual([])
    expect(lines(plan.remove).join(' ')).not.toContain('/mnt/nvme')
    expect(lines(plan.sweep).join(' ')).not.toContain('/mnt/nvme')
    expect(plan.start.join(' ')).not.toContain('io.mountbench.folder')
  })

  test.each([
    'volume,driver=local,opt=type=none,opt=o=bind,opt=device=/mnt/nvme',
    'volume,driver=nfs',
    'anonymous,opt=device=/mnt/nvme',
  ])('%s may stand for storage of the user: our folder in it is removed from outside', (mount) => {
    const { sweep } = planOf(mount)
    expect(sweep[0]!.slice(-2)).toEqual(['--', expect.stringMatching(/^\/mountbench\/mountbench-.+-0$/)])
  })

  test.each(['volume', 'anonymous', 'tmpfs', 'layer'])('%s goes with what holds it: nothing to sweep', (mount) => {
    expect(planOf(mount).sweep).toEqual([])
    expect(planOf(mount).start.join(' ')).not.toContain('io.mountbench.sweep')
  })
})

test('a sweeper has the mounts of its container, no more rights, our labels, and is removed', () => {
  const { sweep } = planOf('bind,src=/mnt/nvme')
  expect(sweep).toHaveLength(2)
  expect(valuesOf(sweep[0]!, '--volumes-from')).toEqual([instanceName(RUN_ID, 'bind', 0)])
  expect(valuesOf(sweep[0]!, '--network')).toEqual(['none'])
  expect(valuesOf(sweep[0]!, '--cap-drop')).toEqual(['ALL'])
  expect(valuesOf(sweep[0]!, '--label')).toContain(`io.mountbench.run=${RUN_ID}`)
  expect(sweep[1]).toEqual(['podman', 'rm', '--force', valuesOf(sweep[0]!, '--name')[0]])
})

test('instances of a target have names of their own', () => {
  const names = [0, 1].map((number) => containerPlan(request('volume', { number }), context).name)
  expect(new Set(names).size).toBe(2)
})

test('what a scenario needs beyond the least, its containers have, and no others', () => {
  const given = request('volume', { capabilities: ['SETUID', 'SETGID'] })
  const added = (argv: readonly string[]) => valuesOf(argv, '--cap-add')
  expect(added(containerPlan(given, context).start)).toEqual(['DAC_OVERRIDE', 'SETUID', 'SETGID'])
  expect(added(containerParty(given, 'second', context).instance.start)).toEqual(['DAC_OVERRIDE', 'SETUID', 'SETGID'])
  expect(added(planOf('volume').start)).toEqual(['DAC_OVERRIDE'])
})

describe('another party', () => {
  const partyOf = (mount: string, party: Party) => containerParty(request(mount), party, { ...context, litters: true })
  const instance = instanceName(RUN_ID, 'volume', 0)
  const folder = `/home/me/.mountbench/${RUN_ID}/${instance}-second`

  test.each([
    ['second', instance],
    ['reader', `${instance}:ro`],
  ] as const)('%s: a container with the mounts of the instance, its confinement and its labels', (party, from) => {
    const plan = partyOf('volume,engine-arg=--cpus=1', party)
    const own = planOf('volume').start
    expect(valuesOf(plan.instance.start, '--volumes-from')).toEqual([from])
    for (const flag of ['--network', '--security-opt', '--cap-drop', '--cap-add', '--user', '--log-driver'])
      expect(valuesOf(plan.instance.start, flag)).toEqual(valuesOf(own, flag))
    expect(valuesOf(plan.instance.start, '--label')).toEqual(
      expect.arrayContaining(valuesOf(own, '--label').filter((label) => /\.(run|owner|target|version)=/.test(label))),
    )
    expect(plan.instance.start).toContain('--cpus=1')
    expect(plan.directory).toBe(`/mountbench/${instance}`)
  })

  test('has a folder of ours as /archive, and is removed with it, but not with the volumes of the instance', () => {
    const { instance: plan } = partyOf('volume', 'second')
    expect(valuesOf(plan.start, '--mount')).toEqual([`type=bind,src=${folder},dst=/archive`])
    expect(plan).toMatchObject({ create: [['mkdir', '-p', '--', folder]], mountPoint: '/archive', startIn: folder })
    expect(plan.remove).toEqual([
      ['podman', 'rm', '--force', `${instance}-second`],
      ['rm', '-rf', '--', folder],
    ])
    expect(plan.start).toContain(`io.mountbench.sweep=/archive/${instance}-second`)
    expect(plan.sweep[0]).toEqual(expect.arrayContaining(['--volumes-from', `${instance}-second`]))
  })

  test.each([
    ['bind,src=/mnt/nvme', `/mnt/nvme/${instanceName(RUN_ID, 'bind', 0)}`],
    ['bind', `/home/me/.mountbench/${RUN_ID}/${instanceName(RUN_ID, 'bind', 0)}/${instanceName(RUN_ID, 'bind', 0)}`],
  ])('outside of %s: a shell on the host in its folder', (mount, directory) => {
    const plan = partyOf(mount, 'outside')
    expect(plan.directory).toBe(directory)
    expect(plan.instance.start.slice(0, 2)).toEqual(['sh', '-c'])
    expect(plan.instance.note).toEqual({ runId: RUN_ID, folder: null })
  })

  test.each(['volume', 'anonymous'])('outside of %s: the engine is asked where it is', (mount) => {
    const name = instanceName(RUN_ID, mount, 0)
    const { directory } = partyOf(mount, 'outside')
    expect(directory).toEqual({
      ask: ['podman', 'container', 'inspect', '--format', expect.stringContaining('.Source'), name],
      below: name,
    })
  })
})
