import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { HealthView } from '@ganzhi/contracts/api-views'
import { type HealthSources, healthOf } from './health.ts'
import { shared } from './shared-answer.ts'

const FRESH_MS = 2_000

export function healthRoutes(sources: HealthSources): FastifyPluginAsyncTypebox {
  // Open to everybody, so one look serves all who ask within two seconds.
  const look = shared(healthOf(sources), FRESH_MS, sources.now)

  return async (app) => {
    app.get(
      '/health',
      {
        config: { access: 'open' },
        schema: {
          tags: ['platform'],
          description: 'Without a session: the states alone.',
          response: { 200: HealthView, 503: HealthView },
        },
      },
      async (request, reply) => {
        const health = await look()
        reply.code(health.state === 'red' ? 503 : 200).header('cache-control', 'no-store')
        if (request.person) return health
        return { ...health, parts: health.parts.map((part) => ({ ...part, findings: [] })) }
      },
    )
  }
}
