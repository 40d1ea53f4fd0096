import { pino } from 'pino'
import type { OutboxLimits } from '../limits.ts'
import { openOutbox } from '../open-outbox.ts'
import type { Outbox } from '../outbox.ts'
import type { Disk } from '../disk.ts'
import { manualClock, type ManualClock } from './manual-clock.ts'
import { randomStream } from './random-stream.ts'

export const SMALL_LIMITS: OutboxLimits = {
  lanes: {
    events: { bytes: 64_000, ageMs: 3_600_000 },
    telemetry: { bytes: 8_000, ageMs: 3_600_000 },
    evidence: { bytes: 8_000, ageMs: 3_600_000 },
  },
  segmentBytes: 2_000,
  inFlightBytes: 1_000_000,
  reserveBytes: 2_000,
  keepReceiptedMs: 600_000,
  tableBytes: 10_000,
}

export interface MachineOptions {
  readonly disk: Disk
  readonly seed: string | number
  readonly clock?: ManualClock
  readonly limits?: OutboxLimits
  readonly telemetryMs?: number
}

/** An outbox in a simulated world: small, repeatable, and quiet. */
export function openSimulated(options: MachineOptions): Promise<Outbox> {
  const { disk, seed, clock = manualClock(), limits = SMALL_LIMITS, telemetryMs = 0 } = options
  const stream = randomStream(seed)
  return openOutbox({
    dir: '/outbox',
    disk,
    clock,
    random: (count) => stream.bytes(count),
    limits,
    commit: { telemetryMs },
    log: pino({ level: 'silent' }),
  })
}
