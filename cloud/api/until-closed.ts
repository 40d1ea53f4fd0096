import type { FastifyReply } from 'fastify'

/** Aborts when the client has gone away before it got its answer: nobody waits for that query any more. */
export function untilClosed(reply: FastifyReply): { signal: AbortSignal } {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return { signal: gone.signal }
}
