import type { EngineRecord, Environment } from '../model.js'
import type { Capability, Command, Party } from '../scenario.js'
import type { Session } from '../session.js'
import type { Target } from '../targets.js'

/** What an instance of a target is made for. */
export interface InstanceRequest {
  target: Target
  runId: string
  /** From 0, unique for the target in this run. */
  number: number
  /** Size of a tmpfs that was asked for without one. */
  tmpfsBytes: number
  /** What the containers may do beyond the least. Default: nothing. */
  capabilities?: readonly Capability[]
}

/** How an instance is made and removed, as data: what `--dry-run` prints and what `openInstance` runs. */
export interface InstancePlan {
  /** Names the container, and the folder on the mount in which everything happens. */
  name: string
  /** Folders of ours that the engine's programs need: no part of what the mount costs. */
  before?: readonly Command[]
  /** Make what the container needs: a volume, a folder. */
  create: readonly Command[]
  /** Whether nothing at all may be written to the mount: then there is no folder of ours on it. */
  untouched?: boolean
  /** Starts the container with a shell that reads commands; the mark of its session is appended. */
  start: Command
  /** The folder in which `start` is run; null: the working directory. */
  startIn: string | null
  /** Where the mount is, seen from inside. */
  mountPoint: string
  /** Ends everything that runs in the container; null: end the process that `start` started. */
  kill: Command | null
  /**
   * Where to note what no label says: the process that `start` starts, and a folder of ours in storage of the user's; null where the
   * container carries it.
   */
  note: { runId: string; folder: string | null } | null
  /**
   * Removes our folder from storage that outlives the container, from outside, when the session cannot; empty: what `remove`
   * removes holds it.
   */
  sweep: readonly Command[]
  /** Remove what was made, the container first. */
  remove: readonly Command[]
}

/** How a party of an instance is made, and where it finds the instance's folder. */
export interface PartyPlan {
  party: Party
  /** Its container or shell. Its own folder is on the host's disk, outside of every mount under test. */
  instance: InstancePlan
  /** The instance's folder as the party sees it; what is asked prints the folder of the mount, and `below` is ours in it. */
  directory: string | { ask: Command; below: string }
}

/** What an instance cost. */
export interface Lifecycle {
  /** 0 when nothing has to be made before the container. */
  createSeconds: number
  /** From the start of the engine's program to the first answer of the shell. */
  startSeconds: number
  /** From the end of the shell until container and mount are gone; null until then. */
  removeSeconds: number | null
}

/** A target while it exists: a container with a session, and a folder on the mount under test. */
export interface Instance {
  /** Ours alone; exists and is empty. Of a mount that may not be written to: the mount point. */
  directory: string
  mountPoint: string
  session: Session
  /** What making, starting and removing took; nothing made, nothing taken. */
  lifecycle: Lifecycle
  /** Ends what runs in it, removes all that was made for it, and says what could not be removed. Never throws. */
  close: () => Promise<string[]>
}

/** A plan as a person would paste it. */
export interface Paste {
  start: Command
  /** How a command is run in it. */
  inside: (command: Command) => Command
  /** Leaves it, where `start` opened a shell. */
  leave: readonly Command[]
}

/** Something with our label that a run left behind. */
export interface Leftover {
  kind: 'container' | 'volume' | 'folder'
  name: string
  runId: string
  owner: string
  /** Removes it, whatever it takes, and says what could not be removed. Never throws. */
  remove: () => Promise<string[]>
}

export type Image = NonNullable<Environment['image']>

/** What launches containers. */
export interface Engine {
  /** The program that stands for it; null for one without images. */
  program: string | null
  record: EngineRecord
  /** How an instance would be made. Throws `BenchError` when this engine cannot make it. */
  plan: (request: InstanceRequest) => InstancePlan
  /** How a party of the instance of that request would be made. For what `partyObjection` has nothing against. */
  partyPlan: (request: InstanceRequest, party: Party) => PartyPlan
  /** The same plan as a person would paste it, and how a command is run in it. */
  paste: (plan: InstancePlan) => Paste
  /** Makes the image available and remembers it for `plan`; null for an engine without images. */
  ensureImage: (options: ImageOptions) => Promise<Image | null>
  /** Why a target cannot exist on this engine or is not what it says; null when nothing is known against it. */
  objection: (target: Target) => Promise<string | null>
  leftovers: () => Promise<Leftover[]>
}

export interface ImageOptions {
  /** Null: our own tools image, which is built when it is missing, unless `build` is false. */
  name: string | null
  build?: boolean
  pull: 'never' | 'missing'
}
