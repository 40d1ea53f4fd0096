import { createServer, type AddressInfo, type Socket } from 'node:net'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Logger } from 'pino'
import { type Framing, makeChannel } from './channel.ts'
import type { Faults } from './fault.ts'
import type { Unit } from './unit.ts'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly unitOf: (unit: number) => Unit | undefined
  readonly faults: Faults
  readonly log: Logger
  /** The way there and back. */
  readonly latencyMs?: number
  /** The device works so long on a request, and on one after the other. */
  readonly turnaroundMs?: number
  /** Requests beyond so many under way on a connection are lost. */
  readonly depth?: number
  /** A second client is hung up on. */
  readonly singleClient?: boolean
}

export interface ModbusServer extends AsyncDisposable {
  readonly port: number
  /** Hangs up on everybody, and listens again after so long. */
  restart(afterMs: number): Promise<void>
}

export async function serveModbus(options: ServerOptions): Promise<ModbusServer> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    if (options.singleClient && sockets.size > 0) return void socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', (error) => options.log.debug({ err: error }, 'client lost'))
    attend(socket, options)
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(cantListen(options, cause)))
      server.listen(port, options.host, resolve)
    })
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await listen(options.port)
  const { port } = server.address() as AddressInfo
  return {
    port,
    async restart(afterMs) {
      await close()
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      await listen(port)
    },
    [Symbol.asyncDispose]: close,
  }
}

function attend(socket: Socket, options: ServerOptions): void {
  const answer = answerer(socket, options)
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 8) {
      const end = 6 + received.readUInt16BE(4)
      const modbus = received.readUInt16BE(2) === 0 && end >= 8 && end <= 260
      if (!modbus) return void socket.destroy()
      if (received.length < end) return
      answer(received.subarray(0, end))
      received = received.subarray(end)
    }
  })
}

function answerer(socket: Socket, options: ServerOptions): (frame: Buffer) => void {
  const { latencyMs = 0, turnaroundMs = 0, depth = Infinity } = options
  const channel = makeChannel(options.unitOf, options.faults)
  let underWay = 0
  let busyUntil = 0
  return (frame) => {
    if (underWay >= depth) return
    const framing = framingOf(frame.readUInt16BE(0))
    const outcome = channel.ask(frame.readUInt8(6), frame.subarray(7), framing)
    if (outcome === 'close') return void socket.destroy()
    if (!outcome) return
    const now = performance.now()
    const workMs = turnaroundMs + outcome.slowMs
    if (workMs > 0) busyUntil = Math.max(now, busyUntil) + workMs
    const waitMs = Math.max(0, busyUntil - now) + latencyMs + outcome.delayMs
    const send = () => {
      underWay -= 1
      if (!socket.destroyed) socket.write(outcome.bytes)
    }
    underWay += 1
    if (waitMs > 0) setTimeout(send, waitMs).unref()
    else send()
  }
}

function framingOf(transaction: number): Framing {
  return {
    frame: (unit, pdu) => frameOf(transaction, unit, pdu),
    foreign: (unit, pdu) => frameOf(transaction ^ 0x8000, unit, pdu),
    atLeast: 8,
    // TCP keeps bytes whole: what can go wrong is a header or a head that a poor device makes. Not the transaction,
    // which would make it a good reply to another request.
    flippable: () => [2, 7],
  }
}

function frameOf(transaction: number, unit: number, pdu: Buffer): Buffer {
  const header = Buffer.alloc(7)
  header.writeUInt16BE(transaction, 0)
  header.writeUInt16BE(pdu.length + 1, 4)
  header.writeUInt8(unit, 6)
  return Buffer.concat([header, pdu])
}

function cantListen({ host, port }: ServerOptions, cause: Error): GanzhiError {
  return new GanzhiError(`can't listen on ${host}:${port}: ${cause.message}`, {
    code: 'cant-listen',
    blame: 'outside',
    field: 'port',
    remedy: 'Choose another --port (0 for a free one), or end what uses it.',
    cause,
  })
}
