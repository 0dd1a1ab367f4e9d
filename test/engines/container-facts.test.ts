import { describe, expect, test } from 'vitest'
import { dockerRecord, engineBehind, podmanRecord } from '../../src/engines/container-facts.js'
import { EngineRecord } from '../../src/model.js'
import { fixture } from '../builders.js'

const json = (name: string) => JSON.parse(fixture(`engine-json/${name}.json`))
const HERE = { kernel: '6.18.44-fc-v595', address: null }
const docker = (more: object = {}, here = {}) =>
  dockerRecord({ ...json('docker-20.10-info'), ...more }, { ...HERE, ...here })
const podman = (here = {}) => podmanRecord(json('podman-4.3.1-info'), { ...HERE, ...here })

describe('which engine answers', () => {
  test.each([
    ['docker', json('docker-version'), 'docker'],
    ['podman', json('podman-4.3.1-version'), 'podman'],
    [
      'podman with a server',
      { ...json('podman-4.3.1-version'), Server: { APIVersion: '4.3.1', Version: '4.3.1' } },
      'podman',
    ],
    ['docker without its daemon', { ...json('docker-version'), Server: null }, null],
    ['something else', { version: '1.0' }, null],
    ['nothing', null, null],
    ['a text', 'Docker version 20.10', null],
  ])('%s', (_, version, engine) => {
    expect(engineBehind(version)).toBe(engine)
  })
})

test('what docker says of itself', () => {
  expect(EngineRecord.parse(docker())).toEqual({
    id: 'docker',
    version: '20.10.24+dfsg1',
    storageDriver: 'overlay2',
    backingFilesystem: 'extfs',
    dataRoot: '/var/lib/docker',
    kernel: '6.18.44-fc-v595',
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    cgroupVersion: '1',
    rootless: false,
    remote: null,
    sameKernel: true,
  })
})

test('what podman says of itself', () => {
  const record = EngineRecord.parse(podman())
  expect(record).toMatchObject({
    id: 'podman',
    version: '4.3.1',
    storageDriver: 'overlay',
    operatingSystem: 'debian 12',
    rootless: false,
    remote: null,
  })
  expect(record.backingFilesystem).toBe('extfs')
  expect(record.dataRoot).toMatch(/^\//)
})

test('Docker 29 with the containerd store has no "Backing Filesystem"', () => {
  const record = docker({ Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] })
  expect(record).toMatchObject({ storageDriver: 'overlayfs', backingFilesystem: null })
  expect(docker({ DriverStatus: null, SecurityOptions: null })).toMatchObject({
    backingFilesystem: null,
    rootless: false,
  })
})

test('rootless docker', () => {
  expect(docker({ SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'] }).rootless).toBe(true)
})

describe('where it is', () => {
  test.each([
    [null, null],
    ['unix:///var/run/docker.sock', null],
    ['unix:///home/me/.docker/desktop/docker.sock', null],
    ['npipe:////./pipe/docker_engine', null],
    ['tcp://10.0.0.5:2375', 'tcp://10.0.0.5:2375'],
    ['ssh://me@server', 'ssh://me@server'],
  ])('address %j is remote: %j', (address, remote) => {
    expect(docker({}, { address })).toMatchObject({ remote, sameKernel: remote === null })
    expect(podman({ address }).remote).toBe(remote)
  })

  test('a local engine with another kernel is in a virtual machine', () => {
    expect(docker({}, { kernel: '6.1.0' })).toMatchObject({ remote: null, sameKernel: false })
  })
})

test.each([[{}], [null], [{ Driver: 1 }]])('%j is refused', (info) => {
  expect(() => dockerRecord(info, HERE)).toThrow()
  expect(() => podmanRecord(info, HERE)).toThrow()
})
