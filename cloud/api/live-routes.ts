import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { LatestView } from '@ganzhi/contracts/api-views'
import type { Pool } from 'pg'
import Type from 'typebox'
import { SESSION_COOKIE } from '../accounts/access.ts'
import { personOf } from '../accounts/sessions.ts'
import { openEventStream } from './event-stream.ts'
import type { LiveFeed } from './live-feed.ts'
import { SeriesIds } from './series-ids.ts'

export function liveRoutes(pool: Pool, feed: LiveFeed): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/live',
      {
        schema: {
          tags: ['series'],
          querystring: Type.Object({ series: SeriesIds }),
          produces: ['text/event-stream'],
          description:
            'Server-sent events `latest`: an array of latest values, all of them first, then those that changed.',
        },
      },
      (request, reply) => {
        const token = request.cookies[SESSION_COOKIE] ?? ''
        const leave = feed.join({
          ids: new Set(request.query.series),
          receive: (changes) => stream.put(changes, keyOf),
        })
        // Only now: a feed that is full still answers with a problem.
        reply.hijack()
        const stream = openEventStream<LatestView>(reply.raw, 'latest', {
          mayGoOn: async () => (await personOf(pool, token)) !== undefined,
          onClose: leave,
        })
      },
    )
  }
}

function keyOf({ series }: LatestView): number {
  return series
}
