import { createServer, type AddressInfo, type Socket } from 'node:net'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Logger } from 'pino'
import type { Fault, Faults } from './fault.ts'
import type { RegisterMap } from './register-map.ts'
import { exceptionPdu, frameOf, parseRequest, replyPdu, tableOf } from './reply.ts'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  /** The registers of a unit as they are now, or nothing where there is no unit. */
  readonly mapOf: (unit: number) => RegisterMap | undefined
  readonly faults: Faults
  readonly log: Logger
}

export interface ModbusServer extends AsyncDisposable {
  readonly port: number
}

export async function serveModbus(options: ServerOptions): Promise<ModbusServer> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', (error) => options.log.debug({ err: error }, 'client lost'))
    attend(socket, options)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cantListen(options, cause)))
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function attend(socket: Socket, options: ServerOptions): void {
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 8) {
      const end = 6 + received.readUInt16BE(4)
      const modbus = received.readUInt16BE(2) === 0 && end >= 8 && end <= 260
      if (!modbus) return void socket.destroy()
      if (received.length < end) return
      answer(socket, received.subarray(0, end), options)
      received = received.subarray(end)
    }
  })
}

function answer(socket: Socket, frame: Buffer, { mapOf, faults }: ServerOptions): void {
  const request = parseRequest(frame)
  const { transaction, unit, address, count } = request
  const befalling = faults.befalling({ unit, table: tableOf(request) ?? '', address, count })
  const fault = (kind: Fault['kind']) => befalling.find((each) => each.kind === kind)
  if (fault('drop')) return
  if (fault('close')) return void socket.destroy()
  const exception = fault('exception')
  const pdu = exception ? exceptionPdu(request, exception.code ?? 2) : replyPdu(request, mapOf(unit))
  let reply = frameOf(transaction, unit, pdu)
  // The length in the header stays: the client waits for bytes that never come.
  if (fault('truncate')) reply = reply.subarray(0, Math.max(8, reply.length - 2))
  if (fault('foreign')) reply = Buffer.concat([frameOf(transaction ^ 0x8000, unit, pdu), reply])
  const send = () => {
    if (!socket.destroyed) socket.write(reply)
  }
  const delay = fault('delay')
  if (delay) setTimeout(send, delay.ms ?? 1_000)
  else send()
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
