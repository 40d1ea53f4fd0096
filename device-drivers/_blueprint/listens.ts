import { type AddressInfo, createServer, type Socket } from 'node:net'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { DeviceMessage, Link, LinkContext } from '../driver.ts'
import { parseLine, takeLines } from './codec.ts'
import { resultOf } from './results.ts'

/** A link of devices that dial in: it has neither reads nor writes. */
export async function listenForDevices(port: number, context: LinkContext): Promise<Link<object, object>> {
  const sockets = new Set<Socket>()
  const listeners = new Set<(message: DeviceMessage) => void>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    attend(socket, context, (message) => listeners.forEach((tell) => tell(message)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cantListen(port, cause)))
    server.listen(port, resolve)
  })
  return {
    listens: {
      address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      async listen({ signal, onMessage }) {
        listeners.add(onMessage)
        const { promise, resolve } = Promise.withResolvers<void>()
        const close = () => resolve()
        if (signal.aborted) close()
        signal.addEventListener('abort', close, { once: true })
        server.once('close', close)
        await promise
        listeners.delete(onMessage)
      },
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function attend(
  socket: Socket,
  { clock, report }: LinkContext,
  tell: (message: DeviceMessage) => void,
): void {
  let received = ''
  let device: string | undefined
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    const { lines, rest } = takeLines(received + String(chunk))
    received = rest
    for (const message of lines.map(parseLine)) {
      if (message?.kind === 'hello') device = message.device
      else if (message?.kind === 'value' && device !== undefined) {
        tell({ device, results: { [message.name]: resultOf(message, clock.now()) } })
      } else report({ kind: 'discarded', why: message ? 'foreign' : 'corrupt' })
    }
  })
}

function cantListen(port: number, cause: Error): GanzhiError {
  return new GanzhiError(`can't listen on port ${port}: ${cause.message}`, {
    code: 'cant-listen',
    blame: 'outside',
    field: 'listenOn',
    remedy: 'Choose another port, or end what uses it.',
    cause,
  })
}
