import type { Deps } from '../deps.js'
export async function doctorCommand({ stdout }: Deps): Promise<void> {
  stdout.write('')
}
