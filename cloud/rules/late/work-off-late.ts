import { setTimeout as delay } from 'node:timers/promises'
import type { HeldPartition } from '../live/held-partition.ts'
import { PARTITIONS } from '../live/partition-leases.ts'
import type { TurnOptions } from '../live/take-turn.ts'
import { type DeviceRerun, advanceRerun, beginRerun } from './device-rerun.ts'
import { finishRerun } from './finish-rerun.ts'
import { type LateDevice, type LateTiming, postponeLateDevice, takeLateDevice } from './late-spans.ts'

export interface LateOptions extends TurnOptions {
  readonly late: LateTiming
  readonly signal: AbortSignal
}

/** What is nearer to the platform's time than this is left to the transaction that ends a re-run. */
const NEAR_MS = 5_000

/**
 * Runs the rules of one device over again for which values came late. False where there was none. It takes no more than half
 * of the process's time, and no partition but for the last transaction.
 */
export async function workOffLateDevice(
  held: ReadonlyMap<number, HeldPartition>,
  options: LateOptions,
): Promise<boolean> {
  const { pool, late: timing } = options
  const read = [...held].filter(([, { known }]) => known !== undefined).map(([partition]) => partition)
  const late = await takeLateDevice(pool, read, timing)
  const partition = late && held.get(late.gatewayId % PARTITIONS)
  if (!partition) return false
  try {
    await rerunDevice(partition, late, options)
  } catch (error) {
    await postponeLateDevice(pool, late)
    throw error
  }
  return true
}

async function rerunDevice(held: HeldPartition, late: LateDevice, options: LateOptions): Promise<void> {
  const { lease, known } = held
  const { pool } = options
  const device = known?.devices.get(late.gatewayId, late.device)
  // It is only known by events, and waits until it tells of another.
  if (!device) return postponeLateDevice(pool, late)
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
