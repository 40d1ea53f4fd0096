import { createConnection } from 'node:net'
import type { ConformanceCase } from '../conformance.ts'
import { blueprint } from './driver.ts'
import { lineDevice } from './line-device.ts'

const temp = { id: 'temp', name: 'temp' }
const pump = { id: 'pump', name: 'pump' }

export const blueprintCase: ConformanceCase = {
  driver: blueprint,
  badConnections: [
    { connection: { host: 'a', port: 0 }, field: 'port' },
    { connection: { host: 'a', listenOn: 0 }, field: 'host' },
    { connection: {}, field: 'host' },
  ],
  badPoints: [{ point: { id: 'temp', name: 'TEMP!' }, field: 'name' }],
  async start() {
    const device = await lineDevice({ temp: '12.5', pump: '1' })
    const changes = [20.5, 21.5, 22.5]
    return {
      connection: { host: '127.0.0.1', port: device.port, timeoutMs: 1_000 },
      device: {},
      points: [
        { point: temp, value: 12.5 },
        { point: pump, value: 1 },
      ],
      missing: { id: 'gone', name: 'gone' },
      writable: { point: pump, value: 0 },
      listening: { listenOn: 0 },
      scan: { hosts: ['127.0.0.1'], port: device.port },
      change() {
        const value = changes.shift() ?? 0
        device.change('temp', String(value))
        return { point: temp, value }
      },
      async dialIn(address) {
        const socket = createConnection(Number(address.split(':')[1]), '127.0.0.1')
        socket.end('HELLO dev-1\ntemp 7.5\n')
        await new Promise((resolve) => socket.once('close', resolve).resume())
        return { device: 'dev-1', point: 'temp', value: 7.5 }
      },
      goSilent() {
        device.silent = true
      },
      stop: () => device.stop(),
      [Symbol.asyncDispose]: () => device.stop(),
    }
  },
}
