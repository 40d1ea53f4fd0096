import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { GanzhiError } from '@ganzhi/contracts/error'
import { Sha256 } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import Type from 'typebox'
import { notFound } from '../api/problem.ts'
import type { EvidenceStore } from './evidence-store.ts'

/** What a browser may show. A gateway says what a picture is, and must not make a page of it. */
const SHOWN = /^(image\/(jpeg|png|webp)|video\/mp4)$/

export function evidenceRoutes(pool: Pool, store: Pick<EvidenceStore, 'get'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/evidence/:sha256',
      {
        schema: {
          tags: ['incidents'],
          description: 'A picture or clip, as the camera made it; its name is the sha256 of its bytes.',
          params: Type.Object({ sha256: Sha256 }),
          produces: ['image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'application/octet-stream'],
        },
      },
      async ({ params: { sha256 } }, reply) => {
        const { rows } = await pool.query<EvidenceRow>(
          'SELECT state, content_type, size FROM evidence WHERE sha256 = $1',
          [Buffer.from(sha256, 'hex')],
        )
        const [row] = rows
        if (!row) throw notFound(`evidence ${sha256}`)
        const object = row.state === 'stored' ? await store.get(sha256) : undefined
        if (!object) throw pending(sha256)
        const shown = SHOWN.test(row.content_type)
        return reply
          .type(shown ? row.content_type : 'application/octet-stream')
          .headers({
            'content-length': row.size,
            'content-disposition': shown ? 'inline' : 'attachment',
            'cache-control': 'private, max-age=31536000, immutable',
          })
          .send(Readable.fromWeb(object as Parameters<typeof Readable.fromWeb>[0]))
      },
    )
  }
}

interface EvidenceRow {
  readonly state: 'pending' | 'stored'
  readonly content_type: string
  readonly size: string
}

function pending(sha256: string): GanzhiError {
  return new GanzhiError(`Evidence ${sha256} has not come as a whole.`, {
    code: 'evidence-pending',
    blame: 'outside',
    remedy: 'Wait: the gateway sends it after its events and readings.',
    retryable: true,
  })
}
