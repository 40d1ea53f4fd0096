import type { Lane } from '@ganzhi/contracts/record-key'

export interface LaneLimits {
  /** Bytes on the disk, receipted records included; gap records are exempt. */
  readonly bytes: number
  /** Counted while the agent runs: a wall clock that jumps to 2099 must not empty the disk. */
  readonly ageMs: number
}

export interface OutboxLimits {
  readonly lanes: Readonly<Record<Lane, LaneLimits>>
  /** Room is made by whole segments, so this should be a small part of every lane's bytes. */
  readonly segmentBytes: number
  /** Bodies handed in and not yet synced; beyond it `append` answers `outbox-full`. */
  readonly inFlightBytes: number
  /** Occupied from the start and given up when the disk is full, so that gap records always find room. */
  readonly reserveBytes: number
  /** How long receipted segments stay for a database that goes back in time, while there is room. */
  readonly keepReceiptedMs: number
  /** Point tables held in memory. */
  readonly tableBytes: number
}

const MIB = 1024 * 1024
const HOUR = 3_600_000

export const DEFAULT_LIMITS: OutboxLimits = {
  lanes: {
    events: { bytes: 128 * MIB, ageMs: 180 * 24 * HOUR },
    telemetry: { bytes: 2048 * MIB, ageMs: 30 * 24 * HOUR },
    evidence: { bytes: 2048 * MIB, ageMs: 30 * 24 * HOUR },
  },
  segmentBytes: 8 * MIB,
  inFlightBytes: 8 * MIB,
  reserveBytes: MIB / 4,
  keepReceiptedMs: 72 * HOUR,
  tableBytes: 32 * MIB,
}
