import type { ClientBase, Pool } from 'pg'
import { placeRevision } from '../../areas/change-places.ts'
import { versionsWithOpenAreas } from '../areas/open-areas.ts'
import { Gateways } from '../../topology/gateways.ts'
import { asNew, counts, fitRules, openWatch } from './fit-rules.ts'
import { waitingRecords } from './ledger-records.ts'
import { type Partition, expressionKey, faultKey, noteRipe } from './partition.ts'
import { type Lease, PARTITIONS } from './partition-leases.ts'
import type { Standing } from './partition-turn.ts'
import { type OpenOptions, inputsOf } from './record-inputs.ts'
import { RipeDevices } from './ripe-devices.ts'
import type { RuleBook } from './rule-book.ts'
import { noteJudged } from './rule-progress.ts'
import { type SavedStates, type StateRow, readStates, ruleOfState } from './state-rows.ts'
import { takeInputs } from './take-inputs.ts'
import { BegunRules, type BegunRule, type Watch } from './watch.ts'
import { readDevices } from './watched-devices.ts'

export interface PartitionOptions extends OpenOptions {
  readonly pool: Pool
  readonly book: RuleBook
}

export async function loadPartition(
  tx: ClientBase,
  lease: Lease,
  standing: Standing,
  options: PartitionOptions,
): Promise<Partition> {
  const { pool, book, retentionDays } = options
  const placed = await placeRevision(pool)
  const topology = new Gateways(lease.partition, retentionDays)
  const targets = await topology.load(tx, standing.clock)
  const begunRules = new BegunRules()
  const partition: Partition = {
    standing,
    placed,
    gateways: new Set(),
    topology,
    devices: await readDevices(tx, lease.partition, topology),
    ripe: new RipeDevices(),
    unheard: new Map(),
    begun: await readBegun(tx, lease.partition, book, begunRules),
    begunRules,
    waiting: new Map(),
    faults: await readFaults(tx, lease.partition),
    keptVersions: await versionsWithOpenAreas(tx),
    facts: [],
  }
  await partition.devices.meet(tx, targets)
  for await (const rows of readStates(tx, lease.partition)) {
    await partition.devices.meet(tx, rows)
    for (const row of rows) await recallStates(tx, partition, row, book)
  }
  for (const device of partition.devices) {
    partition.gateways.add(device.gateway)
    fitRules(partition, device, asNew)
    // What does not count any more, after a change of places that nobody has followed, is ended at once.
    const fits = device.watches.every((watch) => counts(partition, device, watch))
    if (fits) noteRipe(partition, device, standing.clock)
    else partition.ripe.note(device, standing.clock)
  }
  const records = await waitingRecords(tx, lease.partition)
  await takeInputs(tx, partition, await inputsOf(tx, records, options), undefined)
  await noteJudged(
    tx,
    records.filter((record) => !partition.waiting.has(record)),
  )
  return partition
}

/** What rules remember of a device. */
async function recallStates(
  tx: ClientBase,
  partition: Partition,
  { gatewayId, device: name, states }: StateRow,
  book: RuleBook,
): Promise<void> {
  const device = partition.devices.get(gatewayId, name)
  if (!device) return
  const watches: Watch[] = []
  for (const [key, [version, at, state, origin]] of Object.entries(JSON.parse(states) as SavedStates)) {
    const { id, part } = ruleOfState(key)
    const whole = await book.version(tx, id, version)
    const rule = part === undefined ? whole : whole?.parts?.find((each) => each.part === part)
    if (rule) watches.push(openWatch(partition, device, { rule, at }, { state: state ?? undefined, origin }))
  }
  device.watches = device.watches.concat(watches)
}

async function readBegun(
  tx: ClientBase,
  partition: number,
  book: RuleBook,
  begunRules: BegunRules,
): Promise<Map<string, BegunRule>> {
  const { rows } = await tx.query<{ rule: string; version: number; at: number }>(
    `SELECT rule, version, (extract(epoch FROM at) * 1000)::float8 AS at FROM rule_begun WHERE partition = $1`,
    [partition],
  )
  const begun = new Map<string, BegunRule>()
  for (const { rule: id, version, at } of rows) {
    const rule = await book.version(tx, id, version)
    if (rule) begun.set(id, begunRules.of(rule, at))
  }
  return begun
}

async function readFaults(tx: ClientBase, partition: number): Promise<Set<string>> {
  const { rows } = await tx.query<FaultRow>(
    `SELECT rule, version, gateway_id AS "gatewayId", device, kind FROM rule_fault WHERE device = '' OR gateway_id % ${PARTITIONS} = $1`,
    [partition],
  )
  return new Set(rows.map((row) => (row.kind === 'expression' ? expressionKey(row) : faultKey(row, row))))
}

interface FaultRow {
  readonly rule: string
  readonly version: number
  readonly gatewayId: number
  readonly device: string
  readonly kind: string
}
