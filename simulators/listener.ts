import type { AddressInfo, Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { GanzhiError } from '@ganzhi/contracts/error'

/** A port that can go away, as when a camera's plug is pulled, and come back. */
export interface Listener extends AsyncDisposable {
  readonly port: number
  restart(afterMs: number): Promise<void>
}

export async function listening(server: Server, host: string, port: number): Promise<Listener> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(cantListen(host, at, cause)))
      server.listen(at, host, resolve)
    })
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await listen(port)
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    async restart(afterMs) {
      await close()
      await sleep(afterMs)
      await listen(address.port)
    },
    [Symbol.asyncDispose]: close,
  }
}

function cantListen(host: string, port: number, cause: Error): GanzhiError {
  return new GanzhiError(`can't listen on ${host}:${port}: ${cause.message}`, {
    code: 'cant-listen',
    blame: 'outside',
    field: 'port',
    remedy: 'Choose another port (0 for a free one), or end what uses it.',
    cause,
  })
}
