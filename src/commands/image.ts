import type { Deps } from '../deps.js'
import type { EngineId } from '../engines/ids.js'
import { buildTools } from '../engines/images.js'
import { chooseEngine } from '../engines/index.js'
import { TOOLS_IMAGE } from '../engines/labels.js'
import { badInput } from '../errors.js'

/** The flags of `image` as they are typed. */
export interface ImageFlags {
  engine: EngineId | 'auto'
  network?: string
}

/** Builds the tools image on the engine, whether or not it is there. */
export async function imageCommand(flags: ImageFlags, deps: Deps): Promise<void> {
  const engine = await chooseEngine(flags.engine, deps)
  if (engine.program === null)
    throw badInput(`the ${engine.record.id} engine has no images`, 'it uses the programs of this machine')
  await buildTools(engine.program, flags.network ? ['--network', flags.network] : [], deps)
  const image = await engine.ensureImage({ name: null, pull: 'never', build: false })
  deps.stdout.write(`${TOOLS_IMAGE} ${image?.id}\n`)
}
