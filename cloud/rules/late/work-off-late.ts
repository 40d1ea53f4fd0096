import { setTimeout as delay } from 'node:timers/promises'
import type { HeldPartition } from '../live/held-partition.ts'
import { PARTITIONS } from '../live/partition-leases.ts'
import type { TurnOptions } from '../live/take-turn.ts'
import { type DeviceRerun, advanceRerun, beginRerun } from './device-rerun.ts'
import { finishRerun } from './finish-rerun.ts'
import { type LateDevice, type LateTiming, postponeLateDevice, takeLateDevice } from './late-spans.ts'

export interface LateOptions extends TurnOptions {
  readonly signal: AbortSignal
}

export const TIMING: LateTiming = { settleMs: 5_000, atMostMs: 5 * 60_000, retryMs: 30_000 }
/** So often it is looked for late values. */
const EVERY_MS = 2_000

/** What is nearer to the platform's time than this is left to the transaction that ends a re-run. */
const NEAR_MS = 5_000

/** Works off what comes late in these partitions, beside their turns, until `signal` aborts. */
export async function workOffLate(
  partitions: () => readonly HeldPartition[],
  options: LateOptions,
): Promise<void> {
  const { log, signal } = options
  while (!signal.aborted) {
    const worked = await workOffLateDevice(partitions(), TIMING, options).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'late values have to wait')
      return false
    })
    if (!worked) await delay(EVERY_MS, undefined, { signal }).catch(() => {})
  }
}

/**
 * Runs the rules of one device over again for which values came late. False where there was none. It takes no more than half
 * of the process's time, and keeps the turns of a partition waiting for its last transaction only.
 */
export async function workOffLateDevice(
  partitions: readonly HeldPartition[],
  timing: LateTiming,
  options: LateOptions,
): Promise<boolean> {
  const { pool } = options
  const read = new Map(
    partitions.filter(({ known }) => known !== undefined).map((each) => [each.lease.partition, each]),
  )
  const late = await takeLateDevice(pool, [...read.keys()], timing)
  const partition = late && read.get(late.gatewayId % PARTITIONS)
  if (!partition) return false
  try {
    await rerunDevice(partition, late, options)
  } catch (error) {
    await postponeLateDevice(pool, late, timing)
    throw error
  }
  return true
}

async function rerunDevice(held: HeldPartition, late: LateDevice, options: LateOptions): Promise<void> {
  const { lease, known } = held
  const { pool } = options
  const device = known?.devices.get(late.gatewayId, late.device)
  // It is only known by events, and is met again when it tells of one.
  if (!device) throw new Error(`${late.device} of gateway ${late.gatewayId} is not known yet`)
  const rerun = await beginRerun(pool, lease.partition, device, late.spans)
  await followClock(rerun, held, options)
  await held.transact(async (now) => finishRerun(lease, now, rerun, options))
}

async function followClock(
  rerun: DeviceRerun,
  held: HeldPartition,
  { pool, signal }: LateOptions,
): Promise<void> {
  const breathe = openBreath()
  const clock = (): number => held.known?.standing.clock ?? -Infinity
  for (let taken = -Infinity; clock() - taken > NEAR_MS;) {
    taken = clock()
    await advanceRerun(rerun, pool, taken, { breathe, signal })
  }
}

/** Leaves as much time to others as was taken since the last breath. */
function openBreath(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    await delay(performance.now() - since)
    since = performance.now()
  }
}
