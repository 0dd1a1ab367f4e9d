import { z } from 'zod'
import type { EngineRecord } from '../model.js'

/**
 * `docker version --format '{{json .}}'` and `podman version --format json`: docker writes `ApiVersion`, podman `APIVersion`,
 * also behind a program named docker.
 */
const Version = z.object({
  Client: z.object({ ApiVersion: z.string().optional(), APIVersion: z.string().optional() }),
  Server: z.object({ Version: z.string() }).nullish(),
})

/** `docker info --format '{{json .}}'` (Engine 20.10 to 29). With the containerd store there is no "Backing Filesystem". */
const DockerInfo = z.object({
  Driver: z.string(),
  DriverStatus: z.array(z.tuple([z.string(), z.string()])).nullish(),
  DockerRootDir: z.string().optional(),
  CgroupVersion: z.string().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
  KernelVersion: z.string(),
  OperatingSystem: z.string(),
  ServerVersion: z.string(),
})

/** `podman info --format json` (4.x, 5.x). */
const PodmanInfo = z.object({
  host: z.object({
    kernel: z.string(),
    cgroupVersion: z.string().optional(),
    distribution: z.object({ distribution: z.string(), version: z.string().optional() }),
    security: z.object({ rootless: z.boolean() }),
  }),
  store: z.object({
    graphDriverName: z.string(),
    graphRoot: z.string(),
    graphStatus: z.record(z.string(), z.string()).nullish(),
  }),
  version: z.object({ Version: z.string() }),
})

/** Which engine answers behind a program, by the shape of its `version`; null when none does. */
export function engineBehind(versionJson: unknown): 'docker' | 'podman' | null {
  const version = Version.safeParse(versionJson)
  if (!version.success) return null
  if (version.data.Client.APIVersion !== undefined) return 'podman'
  return version.data.Server ? 'docker' : null
}

/** Where this machine is, to tell an engine here from one elsewhere. */
export interface Here {
  kernel: string
  /** The address that the client uses; null when it is the default one. */
  address: string | null
}

/** The address of an engine on another machine, whose bind paths are that machine's; null for one that is reached locally. */
const remoteAddress = ({ address }: Here) => (address && !/^(unix|npipe):/.test(address) ? address : null)

/** The record of a docker engine. Throws a zod error when the output has not the shape of `docker info`. */
export function dockerRecord(infoJson: unknown, here: Here): EngineRecord {
  const info = DockerInfo.parse(infoJson)
  const status = Object.fromEntries(info.DriverStatus ?? [])
  return {
    id: 'docker',
    version: info.ServerVersion,
    storageDriver: info.Driver,
    backingFilesystem: status['Backing Filesystem'] ?? null,
    dataRoot: info.DockerRootDir ?? null,
    kernel: info.KernelVersion,
    operatingSystem: info.OperatingSystem,
    cgroupVersion: info.CgroupVersion ?? null,
    rootless: (info.SecurityOptions ?? []).some((option) => option.includes('rootless')),
    remote: remoteAddress(here),
    sameKernel: remoteAddress(here) === null && info.KernelVersion === here.kernel,
  }
}

/** The record of a podman engine. Throws a zod error when the output has not the shape of `podman info`. */
export function podmanRecord(infoJson: unknown, here: Here): EngineRecord {
  const { host, store, version } = PodmanInfo.parse(infoJson)
  return {
    id: 'podman',
    version: version.Version,
    storageDriver: store.graphDriverName,
    backingFilesystem: store.graphStatus?.['Backing Filesystem'] ?? null,
    dataRoot: store.graphRoot,
    kernel: host.kernel,
    operatingSystem: [host.distribution.distribution, host.distribution.version].filter(Boolean).join(' '),
    cgroupVersion: host.cgroupVersion ?? null,
    rootless: host.security.rootless,
    remote: remoteAddress(here),
    sameKernel: remoteAddress(here) === null && host.kernel === here.kernel,
  }
}
