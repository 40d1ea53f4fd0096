import type { IngestSession } from '../ingest/session.ts'
import { registerGateways } from './register.ts'

export interface GatewayIds {
  /** Registers the names that were never heard of. Valid for the generation. */
  resolve(names: readonly string[], generation: number): Promise<ReadonlyMap<string, number>>
}

export function openGatewayIds(session: Pick<IngestSession, 'transaction'>): GatewayIds {
  let learntUnder = 0
  let ids = new Map<string, number>()
  return {
    async resolve(names, generation) {
      if (learntUnder !== generation) {
        ids = new Map()
        learntUnder = generation
      }
      const known = ids
      const unknown = names.filter((name) => !known.has(name))
      if (unknown.length > 0) {
        const learnt = await session.transaction(generation, ({ client }) =>
          registerGateways(client, unknown),
        )
        for (const [name, id] of learnt) known.set(name, id)
      }
      return known
    },
  }
}
