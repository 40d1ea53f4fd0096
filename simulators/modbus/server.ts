import { createServer, type Socket } from 'node:net'
import { type Listener, listening } from '../listener.ts'
import { type Framing, makeChannel } from './channel.ts'
import type { Faults } from './fault.ts'
import type { Unit } from './unit.ts'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly unitOf: (unit: number) => Unit | undefined
  readonly faults: Faults
  /** The way there and back. */
  readonly latencyMs?: number
  /** The device works so long on a request, and on one after the other. */
  readonly turnaroundMs?: number
  /** Requests beyond so many under way on a connection are lost. */
  readonly depth?: number
  /** A second client is hung up on. */
  readonly singleClient?: boolean
}

export async function serveModbus(options: ServerOptions): Promise<Listener> {
  let clients = 0
  const server = createServer({ noDelay: true }, (socket) => {
    if (options.singleClient && clients > 0) return void socket.destroy()
    clients += 1
    socket.on('close', () => (clients -= 1))
    attend(socket, options)
  })
  return await listening(server, options.host, options.port)
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
