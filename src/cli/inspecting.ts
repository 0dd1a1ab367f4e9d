import { type Command, Option } from 'commander'
import type { ImageFlags } from '../commands/image.js'
import { listCommand } from '../commands/list.js'
import { schemaCommand } from '../commands/schema.js'
import type { VolumesFlags } from '../commands/volumes.js'
import type { Deps } from '../deps.js'
import { engineOption } from './shared.js'

const VOLUME_FORMATS = ['table', 'json'] as const satisfies readonly VolumesFlags['format'][]

/** The commands that look, and measure nothing. */
export function addInspecting(program: Command, deps: Deps): void {
  program
    .command('list')
    .description('the scenarios: what each asks, what it isolates, what it does not say')
    .action(() => listCommand(deps))
  program
    .command('doctor')
    .description('what can be measured on this machine, and what to do about what cannot')
    .action(async () => {
      const { doctorCommand } = await import('../commands/doctor.js')
      await doctorCommand(deps)
    })
  program
    .command('clean')
    .description('remove what killed runs left behind; never anything else')
    .action(async () => {
      const { cleanCommand } = await import('../commands/clean.js')
      await cleanCommand(deps)
    })
  program
    .command('image')
    .description('build the image with the tools that the scenarios use')
    .addOption(engineOption())
    .option('--network <mode>', 'network of the build, for example host')
    .action(async (flags: ImageFlags) => {
      const { imageCommand } = await import('../commands/image.js')
      await imageCommand(flags, deps)
    })
  program
    .command('schema')
    .description('print the JSON Schema of a whole run, as --format json prints it')
    .action(() => schemaCommand(deps))
  program
    .command('volumes')
    .description('the volumes of docker and podman: driver, size, and which containers use them; removes none')
    .addOption(engineOption())
    .addOption(new Option('--format <name>', 'of the list').choices(VOLUME_FORMATS).default('table'))
    .action(async (flags: VolumesFlags) => {
      const { volumesCommand } = await import('../commands/volumes.js')
      await volumesCommand(flags, deps)
    })
}
