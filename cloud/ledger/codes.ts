import type { Epoch, Lane } from '@ganzhi/contracts/record-key'

/** `derived` is no gateway's: what the platform itself makes of a gateway's values. */
export type LedgerLane = Lane | 'derived'

/** Lanes and states as they stand in the database: position is the code, only ever append. */
const LANE_CODES: readonly Lane[] = ['events', 'evidence', 'telemetry']
const DERIVED_CODE = LANE_CODES.length
const STATE_CODES = ['stored', 'parked', 'quarantined'] as const
export type LedgerState = (typeof STATE_CODES)[number]

export function laneCode(lane: LedgerLane): number {
  return lane === 'derived' ? DERIVED_CODE : LANE_CODES.indexOf(lane)
}

export function ledgerLaneFrom(code: number): LedgerLane {
  return code === DERIVED_CODE ? 'derived' : laneFrom(code)
}

/** Of what gateways accepted. */
export function laneFrom(code: number): Lane {
  const lane = LANE_CODES[code]
  if (lane) return lane
  throw new Error(`the database has lane ${code}`)
}

export function stateCode(state: LedgerState): number {
  return STATE_CODES.indexOf(state)
}

/** 64 bits: unsigned in hex on the wire, signed in the database. */
export function epochToInt8(epoch: Epoch): bigint {
  return BigInt.asIntN(64, BigInt(`0x${epoch}`))
}

export function epochFromInt8(value: bigint | string): Epoch {
  return BigInt.asUintN(64, BigInt(value)).toString(16).padStart(16, '0')
}
