import { createConnection, type Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { linkDown } from './wire-error.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export function dialTcp(
  { host, port }: Endpoint,
  { timeoutMs, clock, signal }: { timeoutMs: number; clock: Clock; signal: AbortSignal },
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = createConnection({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  })
  const cancel = clock.after(timeoutMs, () => socket.destroy(new Error(`none within ${timeoutMs} ms`)))
  const onAbort = () => socket.destroy(signal.reason as Error)
  const onError = (cause: NodeJS.ErrnoException) => {
    // An error over several addresses has no message of its own.
    const down = linkDown(`no connection to ${host}:${port}: ${cause.message || cause.code}`, { cause })
    reject(signal.aborted ? cause : down)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  socket.once('error', onError)
  socket.once('connect', () => {
    socket.off('error', onError)
    resolve(socket)
  })
  return promise.finally(() => {
    cancel()
    signal.removeEventListener('abort', onAbort)
  })
}
