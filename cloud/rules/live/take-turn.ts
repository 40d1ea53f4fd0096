import type { Logger } from 'pino'
import { handOverAlarms } from '../../alarms/hand-over-alarms.ts'
import { writeTransitions } from '../../alarms/write-transitions.ts'
import { inTransaction } from '../../database/pool.ts'
import type { FailPoint } from '../../ingest/fail-point.ts'
import { writeFacts } from '../areas/write-facts.ts'
import { keepCheckpoint } from '../late/checkpoints.ts'
import { followGateways } from './follow-gateways.ts'
import { followPlaces } from './follow-places.ts'
import { followRules } from './follow-rules.ts'
import { judgeRipe } from './judge-ripe.ts'
import { LateInputs } from './late-inputs.ts'
import { type LedgerRecord, MOST_RECORDS, untakenRecords } from './ledger-records.ts'
import { type PartitionOptions, loadPartition } from './load-partition.ts'
import { type Partition, isWatching } from './partition.ts'
import type { Lease } from './partition-leases.ts'
import { type Turn, beginTurn, endTurn } from './partition-turn.ts'
import { inputsOf } from './record-inputs.ts'
import { noteFault } from './rule-fault.ts'
import { noteJudged, noteTaken } from './rule-progress.ts'
import { saveStates } from './state-rows.ts'
import { takeInputs } from './take-inputs.ts'

export interface TurnOptions extends PartitionOptions {
  readonly leaseMs: number
  readonly failPoint: FailPoint
  readonly log: Logger
}

/** What is taken in one transaction. */
const AT_ONCE = { records: 2_000, bytes: 8 * 1024 ** 2 }

export interface Taken {
  readonly partition: Partition
  /** There is more to take. */
  readonly behind: boolean
}

/**
 * One transaction of a partition: what is new in the ledger is taken, what is ripe is judged, and all that follows is
 * written, or nothing. After an error `known` is void: what it holds may be ahead of the database.
 */
export async function takeTurn(
  lease: Lease,
  known: Partition | undefined,
  options: TurnOptions,
): Promise<Taken> {
  const { pool, book, leaseMs, failPoint, log } = options
  const taken = await inTransaction(pool, async (tx) => {
    const turn = await beginTurn(tx, lease, known?.standing)
    failPoint('began')
    await keepCheckpoint(tx, lease.partition, turn)
    const partition = known ?? (await loadPartition(tx, lease, turn, options))
    const late = new LateInputs()
    const followed = await followRules(tx, lease, partition, book, late)
    const refitted = await followPlaces(tx, pool, lease, partition)
    const { chunk, clock, behind } = chunkOf(await untakenRecords(tx, lease.partition), turn)
    failPoint('fetched')
    for (const { gateway } of chunk) partition.gateways.add(gateway)
    // Where there are no rules nothing is unpacked for them.
    const inputs = isWatching(partition) ? await inputsOf(tx, chunk, options) : []
    await takeInputs(tx, partition, inputs, late)
    const waiting = chunk.filter((record) => partition.waiting.has(record))
    await noteTaken(tx, chunk, waiting)
    await followGateways(tx, partition, chunk, { clock, behind })
    const { changes, devices, faults, judged } = judgeRipe(partition, clock, late)
    await noteJudged(tx, [...followed.judged, ...judged])
    await late.save(tx)
    await saveStates(tx, partition, [...followed.devices.union(refitted).union(devices)])
    for (const fault of faults) await noteFault(tx, fault, log)
    await writeFacts(tx, partition.facts.splice(0), partition.standing.clock)
    failPoint('copied')
    await handOverAlarms(tx, followed.handovers)
    await writeTransitions(tx, [...followed.changes, ...changes])
    failPoint('before-commit')
    partition.standing = await endTurn(tx, lease, { clock, revision: followed.revision, leaseMs })
    return { partition, behind }
  })
  failPoint('committed')
  return taken
}

/**
 * What can be taken at once of what is new, in order of arrival, and how far the platform's time has come by it: who slept
 * sees it go by as it was. Several that arrived at once may be parted: before the last of them it has not come.
 */
function chunkOf(
  records: readonly LedgerRecord[],
  { clock, now }: Turn,
): { chunk: readonly LedgerRecord[]; clock: number; behind: boolean } {
  let bytes = 0
  const end = records.findIndex(
    ({ size }, i) => i >= AT_ONCE.records || (i > 0 && (bytes += size) > AT_ONCE.bytes),
  )
  const chunk = end === -1 ? records : records.slice(0, end)
  const behind = chunk.length < records.length || records.length === MOST_RECORDS
  if (!behind) return { chunk, clock: Math.max(clock, now), behind }
  const next = records[chunk.length] ?? chunk.at(-1)
  const passed = chunk.findLast(({ arrivedAt }) => arrivedAt < (next?.arrivedAt ?? 0))
  return { chunk, clock: Math.max(clock, passed?.arrivedAt ?? clock), behind }
}
