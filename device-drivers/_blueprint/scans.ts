import { isGanzhiError } from '@ganzhi/contracts/error'
import Type from 'typebox'
import type { Scans, ScanStep } from '../driver.ts'
import { LineConnection } from './connection.ts'

const REPLY_MS = 300

const Request = Type.Object(
  {
    hosts: Type.Array(Type.String(), { description: 'Where to look' }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: '4001 where left out' })),
  },
  { additionalProperties: false, description: 'Devices to look for' },
)

export const scans: Scans<typeof Request> = {
  requestSchema: Request,
  estimate: ({ hosts }) => ({ tries: hosts.length, predictedMs: hosts.length * REPLY_MS }),
  async *scan({ hosts, port = 4001 }, { clock, signal }) {
    for (const [i, host] of hosts.entries()) {
      const step: ScanStep = { tried: i + 1, trying: `${host}:${port}` }
      const memory = { recall: () => undefined, keep: () => {} }
      await using connection = new LineConnection(
        { host, port, timeoutMs: REPLY_MS },
        { clock, memory, report: () => {} },
      )
      try {
        const answer = await connection.ask('LIST', signal)
        const names = answer.kind === 'list' ? answer.names.join(', ') : ''
        yield { ...step, found: { connection: { host, port }, device: {}, note: `has ${names}` } }
      } catch (error) {
        if (signal.aborted) return
        if (!isGanzhiError(error)) throw error
        yield isGanzhiError(error, 'no-answer') ? step : { ...step, error }
      }
    }
  },
}
