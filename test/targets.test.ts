import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MOUNT_TYPES, MOUNTS, parseTarget, parseTargets, referenceOf, untouched } from '../src/targets.js'

describe('what a --mount text describes', () => {
  test.each(MOUNT_TYPES)('%s alone is its own label', (type) => {
    expect(parseTarget(type)).toEqual({ label: type, type })
  })

  test.each([
    ['nvme=bind,src=/mnt/nvme', { label: 'nvme', type: 'bind', src: '/mnt/nvme' }],
    ['big=tmpfs,size=2g', { label: 'big', type: 'tmpfs', sizeBytes: 2 * 2 ** 30 }],
    ['mine=volume,name=existing', { label: 'mine', type: 'volume', name: 'existing' }],
    [
      'v=volume,driver=local,opt=type=nfs,opt=device=:/data',
      { label: 'v', type: 'volume', driver: 'local', opt: ['type=nfs', 'device=:/data'] },
    ],
    ['volume,"opt=o=addr=10.0.0.1,rw"', { label: 'volume', type: 'volume', opt: ['o=addr=10.0.0.1,rw'] }],
    ['volume,opt="o=addr=10.0.0.1,rw"', { label: 'volume', type: 'volume', opt: ['o=addr=10.0.0.1,rw'] }],
    ['volume,"opt=comment=say ""hi"", twice"', { label: 'volume', type: 'volume', opt: ['comment=say "hi", twice'] }],
    [
      'slow=volume,engine-arg=--device-write-bps=/dev/vda:50mb',
      { label: 'slow', type: 'volume', engineArgs: ['--device-write-bps=/dev/vda:50mb'] },
    ],
    ['docs=bind,src=/docs,ro', { label: 'docs', type: 'bind', src: '/docs', ro: true }],
    ['bind,Z', { label: 'bind', type: 'bind', relabel: 'Z' }],
    ['volume,z,nocopy', { label: 'volume', type: 'volume', relabel: 'z', nocopy: true }],
    ['bind,consistency=delegated', { label: 'bind', type: 'bind', consistency: 'delegated' }],
    ['tmpfs,noexec,mode=0700', { label: 'tmpfs', type: 'tmpfs', exec: 'noexec', mode: '0700' }],
    ['a=anonymous,driver=local', { label: 'a', type: 'anonymous', driver: 'local' }],
    [
      'layer,engine-arg=--cpus=1,engine-arg=--memory=1g',
      { label: 'layer', type: 'layer', engineArgs: ['--cpus=1', '--memory=1g'] },
    ],
    ['host,src=/data', { label: 'host', type: 'host', src: '/data' }],
    ['bind,src=/a b/c=d', { label: 'bind', type: 'bind', src: '/a b/c=d' }],
    ['bind,"src=/with,comma"', { label: 'bind', type: 'bind', src: '/with,comma' }],
  ])('%s', (text, target) => {
    expect(parseTarget(text)).toEqual(target)
  })

  test('every option of every type is taken by it', () => {
    const values: Record<string, string> = { size: '1m', mode: '1777', consistency: 'cached' }
    const flags: readonly string[] = ['ro', 'z', 'Z', 'nocopy', 'exec', 'noexec']
    for (const type of MOUNT_TYPES)
      for (const key of MOUNTS[type].keys) {
        const option = flags.includes(key) ? key : `${key}=${values[key] ?? 'x1'}`
        expect(Object.keys(parseTarget(`${type},${option}`)).length).toBe(3)
      }
  })

  test('an option value with commas and quotes comes back as it was', () => {
    const value = fc.string({ minLength: 1 }).filter((text) => text.trim() === text)
    fc.assert(
      fc.property(value, (text) => {
        expect(parseTarget(`volume,"opt=${text.replaceAll('"', '""')}"`).opt).toEqual([text])
      }),
    )
  })
})

describe('bad input is one line with the nearest name or an example', () => {
  test.each([
    ['volum', "unknown mount type 'volum'", "did you mean 'volume'?"],
    ['x=tmpf', "unknown mount type 'tmpf'", "did you mean 'tmpfs'?"],
    ['cloud-storage', "unknown mount type 'cloud-storage'", 'known: volume, anonymous, bind, tmpfs, layer, host'],
    ['', "unknown mount type ''", 'known:'],
    ['volume=mydata', "unknown mount type 'mydata'", 'known:'],
    ['bind,scr=/x', "unknown option of a bind mount 'scr'", "did you mean 'src'?"],
    ['tmpfs,sise=1g', "unknown option of a tmpfs mount 'sise'", "did you mean 'size'?"],
    ['volume,src=/x', "unknown option of a volume mount 'src'", 'known:'],
    ['layer,size=1g', "unknown option of a layer mount 'size'", 'known: engine-arg'],
    ['volume,constructor=1', "unknown option of a volume mount 'constructor'", 'known:'],
    ['bind,src', "bind option 'src' has no value", 'src=VALUE'],
    ['bind,src=', "bind option 'src' has no value", 'src=VALUE'],
    ['bind,ro=true', "bind option 'ro' takes no value", 'write ro alone'],
    ['tmpfs,ro', "unknown option of a tmpfs mount 'ro'", 'known:'],
    ['host,ro', "unknown option of a host mount 'ro'", 'known:'],
    ['bind,consistency=cachd', "unknown consistency 'cachd'", "did you mean 'cached'?"],
    ['tmpfs,mode=rwx', "'rwx' is not the mode of a tmpfs", 'mode=1777'],
    ['tmpfs,size=lots', "'lots' is not a size", '64m'],
    ['tmpfs,size=0', "'0' is not a size", '64m'],
    ['=volume', "'' is not a label", 'nvme=bind'],
    ['-x=volume', "'-x' is not a label", 'nvme=bind'],
    ['a b=volume', "'a b' is not a label", 'nvme=bind'],
    ['a/../b=volume', "'a/../b' is not a label", 'nvme=bind'],
    [`${'x'.repeat(33)}=volume`, 'is not a label', '32'],
    ['volume,name=../etc', "'../etc' is not a volume name", 'letters'],
    ['volume,name=-v', "'-v' is not a volume name", 'letters'],
  ])('%s', (text, message, hint) => {
    expect(() => parseTarget(text)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    )
  })

  test.each(['nvme=bind=/mnt/nvme', 'a=b=volume'])('%s: nothing behind a second = is dropped silently', (text) => {
    expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  test('a quote that is not closed', () => {
    expect(() => parseTarget('volume,"opt=o=addr=1,rw')).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })
})

test.each([
  ['bind,src=/docs,ro', true],
  ['volume,name=mine,ro', true],
  ['volume,driver=local,opt=device=:/data,ro', true],
  ['bind,ro', false],
  ['volume,ro', false],
  ['bind,src=/docs', false],
])('%s may not be written to at all: %s', (text, expected) => {
  expect(untouched(parseTarget(text))).toBe(expected)
})

describe('the targets of a run', () => {
  test('keep their order', () => {
    expect(parseTargets(['tmpfs', 'a=bind', 'volume']).map(({ label }) => label)).toEqual(['tmpfs', 'a', 'volume'])
  })

  test.each([[['volume', 'volume']], [['a=volume', 'a=tmpfs']], [['bind', 'tmpfs', 'bind=volume']]])(
    'a label twice: %j',
    (texts) => {
      expect(() => parseTargets(texts)).toThrow(
        expect.objectContaining({
          code: 'bad-input',
          message: expect.stringMatching(/the label '\w+' is used twice/),
          hint: expect.stringContaining('--mount other='),
        }),
      )
    },
  )

  test('the reference is the first, or the one that is named', () => {
    const targets = parseTargets(['volume', 'fast=tmpfs'])
    expect(referenceOf(targets).label).toBe('volume')
    expect(referenceOf(targets, 'fast').type).toBe('tmpfs')
    expect(() => referenceOf(targets, 'fats')).toThrow(
      expect.objectContaining({ code: 'bad-input', message: "unknown reference 'fats'", hint: "did you mean 'fast'?" }),
    )
  })
})
