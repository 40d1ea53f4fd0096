import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

import type { GatewayPart } from './gateway-part.ts'

const ANSWER_WITHIN_MS = 5_000

/** How many records a gateway has accepted and has no receipt for, by its own word. */
export async function unreceipted(gateway: GatewayPart): Promise<number> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  const socket = connect(gateway.intake)
  try {
    await once(socket, 'connect', { signal })
    const answered = once(createInterface({ input: socket }), 'line', { signal })
    socket.write('{"id":1,"status":true}\n')
    const [line] = (await answered) as [string]
    const { lanes } = JSON.parse(line) as { lanes: readonly { head: number; receipted: number }[] }
    return lanes.reduce((sum, { head, receipted }) => sum + Math.max(0, head - receipted), 0)
  } finally {
    socket.destroy()
  }
}
