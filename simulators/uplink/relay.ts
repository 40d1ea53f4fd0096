import { connect, createServer, type Socket } from 'node:net'
import { type Listener, listening } from '../listener.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Relay extends Pick<Listener, 'port' | typeof Symbol.asyncDispose> {
  /** What is open breaks off, and nothing gets through until it is there again. */
  go(): void
  comeBack(): void
}

/** A way to another port that may go away, as that of a mobile modem does. */
export async function openRelay(at: Address, to: Address): Promise<Relay> {
  let away = false
  const open = new Set<Socket>()
  const server = createServer((near) => {
    if (away) return void near.destroy()
    const far = connect(to)
    const pair = [near, far]
    for (const socket of pair) {
      open.add(socket)
      socket.on('close', () => {
        open.delete(socket)
        for (const each of pair) each.destroy()
      })
      socket.on('error', () => socket.destroy())
    }
    near.pipe(far).pipe(near)
  })
  const { port, [Symbol.asyncDispose]: close } = await listening(server, at.host, at.port)
  return {
    port,
    go() {
      away = true
      for (const socket of open) socket.destroy()
    },
    comeBack() {
      away = false
    },
    [Symbol.asyncDispose]: close,
  }
}
