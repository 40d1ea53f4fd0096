import type { Lane } from '@ganzhi/contracts/record-key'

// Written down a second time on purpose: an oracle that shared the cloud's own table would share its mistakes.
const LANES: readonly Lane[] = ['events', 'evidence', 'telemetry']

export function laneOfCode(code: number): Lane {
  const lane = LANES[code]
  if (lane) return lane
  throw new Error(`The database has lane ${code}`)
}

/** The database holds the 64 bits as a signed number. */
export function epochOfInt8(epoch: string): string {
  return BigInt.asUintN(64, BigInt(epoch)).toString(16).padStart(16, '0')
}
