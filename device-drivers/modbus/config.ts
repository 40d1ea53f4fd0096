import { ModbusLimits } from '@ganzhi/contracts/profile'
import Type, { type Static } from 'typebox'
import type { FieldFault } from '../driver.ts'

const closed = { additionalProperties: false } as const

/** A TCP server, a serial server that passes RTU frames on (`framing: rtu`), or a serial line (`path`). */
export const ConnectionSchema = Type.Object(
  {
    host: Type.Optional(Type.String({ minLength: 1, description: 'TCP: name or address of the server' })),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP: 502 where left out' }),
    ),
    framing: Type.Optional(
      Type.Literal('rtu', { description: 'TCP: RTU frames, for a serial server that only passes bytes on' }),
    ),
    path: Type.Optional(
      Type.String({ minLength: 1, description: 'Serial line: /dev/ttyUSB0, /dev/serial/by-id/…' }),
    ),
    baudRate: Type.Optional(
      Type.Integer({ minimum: 300, maximum: 4_000_000, description: 'Serial line: 9600 where left out' }),
    ),
    parity: Type.Optional(
      Type.Enum(['none', 'even', 'odd'], { description: 'Serial line: none where left out' }),
    ),
    dataBits: Type.Optional(Type.Enum([7, 8], { description: 'Serial line: 8 where left out' })),
    stopBits: Type.Optional(Type.Enum([1, 2], { description: 'Serial line: 1 where left out' })),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 60_000,
        description: 'The longest a device is waited for; shorter once it is known. 1000 where left out',
      }),
    ),
    connectTimeoutMs: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 60_000, description: 'TCP: 3000 where left out' }),
    ),
    pauseMs: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'Rest between a reply and the next request' }),
    ),
    maxDepth: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 16, description: 'TCP: requests under way at once; 1 forbids it' }),
    ),
  },
  { ...closed, description: 'One physical link: a serial line, or a TCP server' },
)
export type Connection = Static<typeof ConnectionSchema>

export const DeviceSchema = Type.Object(
  {
    unit: Type.Integer({
      minimum: 0,
      maximum: 255,
      description: 'Number of the device on the link; on a serial line 1 to 247',
    }),
    limits: Type.Optional(
      Type.Object(ModbusLimits.properties, {
        ...closed,
        description: 'What it takes less of than the standard allows; of its profile, where it has one',
      }),
    ),
  },
  { ...closed, description: 'One device on the link' },
)
export type Device = Static<typeof DeviceSchema>

const OF_SERIAL = ['parity', 'dataBits', 'stopBits'] as const
const OF_TCP = ['port', 'framing', 'connectTimeoutMs', 'maxDepth'] as const

export function connectionFault(connection: Connection): FieldFault | undefined {
  const { host, path, framing, baudRate, maxDepth } = connection
  if (host !== undefined && path !== undefined) {
    return {
      field: 'path',
      message: 'stands beside host',
      remedy: 'Give path for a serial line, or host for TCP.',
    }
  }
  if (host === undefined && path === undefined) {
    return { field: 'host', message: 'is missing', remedy: 'Give host for TCP, or path for a serial line.' }
  }
  const [alien, kind] = host === undefined ? [OF_TCP, 'a serial line'] : [OF_SERIAL, 'TCP']
  const field = alien.find((each) => connection[each] !== undefined)
  if (field) return { field, message: `means nothing on ${kind}`, remedy: `Leave ${field} out.` }
  if (baudRate !== undefined && host !== undefined && framing === undefined) {
    return {
      field: 'baudRate',
      message: 'means nothing on TCP',
      remedy: 'Leave baudRate out, or give framing rtu for a serial line behind a serial server.',
    }
  }
  if (framing === 'rtu' && maxDepth !== undefined && maxDepth > 1) {
    return { field: 'maxDepth', message: 'RTU frames have no ids', remedy: 'Leave maxDepth out.' }
  }
  return undefined
}
