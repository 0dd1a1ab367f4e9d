/** What launches containers, in the order in which `auto` tries them. */
export const ENGINE_IDS = ['docker', 'podman', 'namespaces'] as const
export type EngineId = (typeof ENGINE_IDS)[number]
