import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** What a scripted server does with a request: hex to send (`ID` stands for its transaction), or nothing. */
export type Script = (request: ScriptedRequest, socket: Socket) => string | undefined

export interface ScriptedRequest {
  /** Position since the start, from 0. */
  readonly n: number
  readonly id: string
  /** Unit and PDU in hex. */
  readonly body: string
}

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number
  readonly requests: ScriptedRequest[]
  readonly sockets: Socket[]
  script: Script
}

/** A server for tests that sends what it is told, right or wrong, and knows nothing of Modbus but a request's length. */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = []
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      for (let at = 0, end = 0; at < chunk.length; at = end) {
        end = at + 6 + chunk.readUInt16BE(at + 4)
        const hex = chunk.subarray(at, end).toString('hex')
        const request = { n: requests.length, id: hex.slice(0, 4), body: hex.slice(12) }
        requests.push(request)
        const reply = scripted.script(request, socket)
        if (reply !== undefined) socket.write(hexOf(reply, request.id))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const scripted: ScriptedServer = {
    port: (server.address() as AddressInfo).port,
    requests,
    sockets,
    script,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return scripted
}

export function hexOf(reply: string, id: string): Uint8Array {
  return Buffer.from(reply.replaceAll('ID', id).replaceAll(' ', ''), 'hex')
}
