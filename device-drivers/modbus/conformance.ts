import type { ConformanceCase } from '../conformance.ts'
import { modbus } from './driver.ts'
import { type Script, scriptedServer } from './scripted-server.ts'

/** Ten holding registers, in hex from the wire to the wire. */
function tenRegisters(): Script {
  const registers = Array.from({ length: 10 }, (_, i) => i * 11)
  return ({ body }) => {
    const [unit, fn] = [body.slice(0, 2), body.slice(2, 4)]
    const [address, second] = [Number.parseInt(body.slice(4, 8), 16), Number.parseInt(body.slice(8, 12), 16)]
    if (fn === '06' && address < 10) {
      registers[address] = second
      return `ID 0000 0006 ${body}`
    }
    if (fn !== '03') return `ID 0000 0003 ${unit} ${(Number.parseInt(fn, 16) + 0x80).toString(16)} 01`
    if (address + second > 10) return `ID 0000 0003 ${unit} 83 02`
    const data = registers.slice(address, address + second).map((word) => word.toString(16).padStart(4, '0'))
    const bytes = 2 * second
    const length = (3 + bytes).toString(16).padStart(4, '0')
    return `ID 0000 ${length} ${unit} 03 ${bytes.toString(16).padStart(2, '0')} ${data.join('')}`
  }
}

const register = (address: number) => ({ id: `r${address}`, table: 'holding', address, type: 'uint16' })

export const modbusCase: ConformanceCase = {
  driver: modbus,
  badConnections: [
    { connection: { host: 'a', port: 70_000 }, field: 'port' },
    { connection: { path: '/dev/ttyUSB0', parity: 'mark' }, field: 'parity' },
    { connection: { host: 'a', baud: 9600 }, field: 'baud' },
    { connection: { host: 'a', path: '/dev/ttyUSB0' }, field: 'path' },
    { connection: {}, field: 'host' },
  ],
  badPoints: [
    { point: { ...register(0), address: 65_536 }, field: 'address' },
    { point: { ...register(0), type: 'float32', order: 'AB' }, field: 'order' },
  ],
  async start() {
    const server = await scriptedServer(tenRegisters())
    const { port } = server
    return {
      connection: { host: '127.0.0.1', port, timeoutMs: 1_000 },
      device: { unit: 1 },
      points: [7, 1, 2, 0].map((address) => ({ point: register(address), value: address * 11 })),
      missing: register(10),
      writable: { point: register(3), value: 513 },
      scan: { hosts: ['127.0.0.1'], port, units: [1] },
      goSilent() {
        server.script = () => undefined
      },
      async stop() {
        await server[Symbol.asyncDispose]()
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
}
