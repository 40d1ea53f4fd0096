import { createServer } from 'node:net'
import { keyOf } from '../../signal.ts'
import { type Listener, listening } from '../../listener.ts'
import { attend, type RtspOptions } from './connection.ts'

/** RTSP 1.0 (RFC 2326) for many players at once. */
export async function serveRtsp(
  options: RtspOptions & { readonly host: string; readonly port: number; readonly seed: number },
): Promise<Listener> {
  let players = 0
  const server = createServer({ noDelay: true }, (socket) => {
    void attend(socket, keyOf(options.seed, 'player', players++), options)
  })
  return await listening(server, options.host, options.port)
}
