import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Deps } from '../deps.js'
import type { RunOptions } from '../model.js'
import { pasteContainer } from './container.js'
import { containerParty, containerPlan } from './container-plan.js'
import type { Engine } from './engine.js'
import { instanceFolder } from './folders.js'
import { TOOLS_IMAGE } from './labels.js'
import { namespacesParty, namespacesPlan, pasteNamespaces, unshareCommand } from './namespaces.js'

/** An engine that only plans: nothing is asked of it. */
export type PaperEngine = Pick<Engine, 'plan' | 'partyPlan' | 'paste'> & { record: { id: Engine['record']['id'] } }

/** The engine that a run would probably use, from its options and what is on PATH; no program is started to find out. */
export function paperEngine({ engine, image }: Pick<RunOptions, 'engine' | 'image'>, deps: Deps): PaperEngine {
  const id =
    engine === 'auto' ? ((['docker', 'podman'] as const).find((name) => onPath(name, deps)) ?? 'namespaces') : engine
  if (id === 'namespaces') {
    const unshare = unshareCommand(deps.root)
    return {
      record: { id },
      plan: (request) => namespacesPlan(request, unshare, deps.cwd),
      partyPlan: (request, party) => namespacesParty(request, party, unshare, deps.cwd),
      paste: pasteNamespaces,
    }
  }
  const folderFor = (runId: string, name: string) => instanceFolder(deps.cwd, runId, name)
  const context = { program: id, image: image ?? TOOLS_IMAGE, owner: 'a person', init: true, litters: false, folderFor }
  return {
    record: { id },
    plan: (request) => containerPlan(request, context),
    partyPlan: (request, party) => containerParty(request, party, context),
    paste: (plan) => pasteContainer(id, plan),
  }
}

function onPath(program: string, { env }: Deps): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
