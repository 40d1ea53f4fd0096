import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { listening } from '../listener.ts'
import type { Receive } from './bus.ts'
import { link, openPty } from './pty.ts'

/** Where clients reach a bus. It can vanish, as a USB adapter does, and come back. */
export interface BusPort extends AsyncDisposable {
  /** For people and programs that are to connect: `{ path }` or `{ port }`. */
  readonly address: Readonly<Record<string, string | number>>
  vanish(forMs: number): Promise<void>
  /** As the client has set it; nothing where that can't be told. */
  baudRate?(): Promise<number>
}

/** A pty, under the same symbolic link through all its lives. */
export async function ptyPort(linkPath: string | undefined, receive: Receive): Promise<BusPort> {
  const appear = async () => {
    await using stack = new AsyncDisposableStack()
    const pty = stack.use(await openPty((chunk) => receive(chunk, (bytes) => pty.write(bytes))))
    if (linkPath !== undefined) stack.use(await link(linkPath, pty.path))
    return { pty, owned: stack.move() }
  }
  let life = await appear()
  return {
    address: { path: linkPath ?? life.pty.path, pty: life.pty.path },
    baudRate: () => life.pty.baudRate(),
    async vanish(forMs) {
      await life.owned.disposeAsync()
      await sleep(forMs)
      life = await appear()
    },
    [Symbol.asyncDispose]: () => life.owned.disposeAsync(),
  }
}

/** A serial server: RTU frames over TCP, for several clients at once. */
export async function tcpPort(host: string, port: number, receive: Receive): Promise<BusPort> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (chunk) => receive(chunk, (bytes) => void (socket.writable && socket.write(bytes))))
  })
  const listener = await listening(server, host, port)
  return {
    address: { port: listener.port },
    vanish: (forMs) => listener.restart(forMs),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  }
}
