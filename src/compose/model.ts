import { z } from 'zod'

/** A mount of a service, whichever syntax declared it. */
export interface ComposeMount {
  service: string
  /** Where the service has it. */
  path: string
  /** `volume`, `bind` or `tmpfs`; or what Compose knows and cannot be measured: `npipe`, `cluster`, `image`. */
  type: string
  /** `bind`: a path as it is written, or absolute; `volume`: a key of the top-level volumes, null for an anonymous one. */
  source: string | null
  readOnly: boolean
  /** SELinux relabelling. */
  relabel: 'z' | 'Z' | null
  consistency: string | null
  noCopy: boolean
  /** `tmpfs`. */
  sizeBytes: number | null
  /** `tmpfs`: permission bits in octal. */
  mode: string | null
  /** `tmpfs`: the word that decides whether programs may be started from it. */
  exec: 'exec' | 'noexec' | null
  /** What was declared beside that, and is not part of what is measured. */
  ignored: readonly string[]
}

/** A named volume of the file. */
export interface ComposeVolume {
  /** What the engine calls it. */
  name: string
  /** Compose does not make it: it must be there. */
  external: boolean
  driver: string | null
  driverOptions: Readonly<Record<string, string>>
}

/** What a Compose file says of storage. */
export interface ComposeProject {
  name: string
  mounts: readonly ComposeMount[]
  services: readonly string[]
  /** By their key in the file. */
  volumes: Readonly<Record<string, ComposeVolume>>
}

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** The long syntax, https://docs.docker.com/reference/compose-file/services/#volumes. What stands beside these is named as ignored. */
export const LongMount = z.looseObject({
  type: z.string(),
  source: z.string().nullish(),
  target: z.string(),
  read_only: z.boolean().nullish(),
  consistency: z.string().nullish(),
  bind: z
    .looseObject({
      propagation: z.string().nullish(),
      selinux: z.enum(['z', 'Z']).nullish(),
      create_host_path: word.nullish(),
    })
    .nullish(),
  volume: z.looseObject({ nocopy: z.boolean().nullish(), subpath: z.string().nullish() }).nullish(),
  tmpfs: z.looseObject({ size: word.nullish(), mode: z.union([z.string(), z.number()]).nullish() }).nullish(),
})
export type LongMount = z.infer<typeof LongMount>

const Service = z.looseObject({
  volumes: z.array(z.union([z.string(), LongMount])).nullish(),
  tmpfs: z.union([z.string(), z.array(z.string())]).nullish(),
  extends: z.unknown().optional(),
})

const Volume = z
  .looseObject({
    name: z.string().nullish(),
    driver: z.string().nullish(),
    driver_opts: z.record(z.string(), word).nullish(),
    external: z.union([z.boolean(), z.looseObject({ name: z.string().nullish() })]).nullish(),
  })
  .nullish()

/** The parts of a Compose file that are about storage; the rest of it is not looked at. */
export const ComposeFile = z.looseObject({
  name: z.string().nullish(),
  services: z.record(z.string(), Service.nullable()),
  volumes: z.record(z.string(), Volume).nullish(),
  include: z.unknown().optional(),
})
export type ComposeFile = z.infer<typeof ComposeFile>
