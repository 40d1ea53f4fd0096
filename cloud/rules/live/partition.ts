import type { ClientBase, Pool } from 'pg'
import { placeRevision } from '../../areas/change-places.ts'
import { versionsWithOpenAreas } from '../areas/open-areas.ts'
import type { DeviceFact } from '../areas/write-facts.ts'
import type { EventInput } from '../engine/rule-input.ts'
import { watchFrom } from '../engine/step.ts'
import { Gateways } from '../../topology/gateways.ts'
import { type Watch, type WatchedDevice, concerns, judgedUntil, ripeness, toldBy } from './device-watch.ts'
import type { LateInputs } from './late-inputs.ts'
import { type LedgerRecord, waitingRecords } from './ledger-records.ts'
import type { LiveRule } from './live-rule.ts'
import { type OpenOptions, type DeviceInput, inOrder, inputsOf } from './record-inputs.ts'
import { RipeDevices } from './ripe-devices.ts'
import type { RuleBook } from './rule-book.ts'
import { isFor } from './rule-scope.ts'
import { type SavedStates, readStates, ruleOfState, stateKey } from './state-rows.ts'
import { PARTITIONS, type Lease } from './partition-leases.ts'
import { noteJudged } from './rule-progress.ts'
import type { Standing } from './partition-turn.ts'
import { type WatchedDevices, itself, readDevices } from './watched-devices.ts'

/** A rule that counts, and since when by the platform's time. */
export interface BegunRule {
  readonly rule: LiveRule
  readonly at: number
}

/** All that is held in memory of a partition; the database has it as well. */
export interface Partition {
  standing: Standing
  /** The changes of places that it has seen. */
  placed: number
  /** Names of those that were heard of. */
  readonly gateways: Set<string>
  readonly topology: Gateways
  readonly devices: WatchedDevices
  readonly ripe: RipeDevices
  /** That have something to judge when more is heard of their gateway; by its id. */
  readonly unheard: Map<number, Set<WatchedDevice>>
  readonly begun: Map<string, BegunRule>
  /** Of records, how many of their values some rule has still to judge. */
  readonly waiting: Map<LedgerRecord, number>
  /** `rule.version`, at all devices or at one. */
  readonly faults: Set<string>
  /** Versions of rules over areas that have left alarms open: `rule.version`. */
  keptVersions: ReadonlySet<string>
  /** For those who judge areas: what this turn has found. */
  readonly facts: DeviceFact[]
}

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
  const reporting = await topology.load(tx, standing.clock)
  const partition: Partition = {
    standing,
    placed,
    gateways: new Set(),
    topology,
    devices: await readDevices(tx, lease.partition, topology),
    ripe: new RipeDevices(),
    unheard: new Map(),
    begun: await readBegun(tx, lease.partition, book),
    waiting: new Map(),
    faults: await readFaults(tx, lease.partition),
    keptVersions: await versionsWithOpenAreas(tx),
    facts: [],
  }
  const saved = await readStates(tx, lease.partition)
  await partition.devices.meet(tx, [...saved, ...reporting.map(itself)])
  for (const row of saved) {
    const device = partition.devices.get(row.gatewayId, row.device)
    for (const [key, [version, begun, state]] of Object.entries(JSON.parse(row.states) as SavedStates)) {
      const { id, part } = ruleOfState(key)
      const whole = await book.version(tx, id, version)
      const rule = part === undefined ? whole : whole?.parts?.find((each) => each.part === part)
      if (rule) device?.watches.push(openWatch(partition, row, { rule, at: begun }, state))
    }
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

async function readBegun(tx: ClientBase, partition: number, book: RuleBook): Promise<Map<string, BegunRule>> {
  const { rows } = await tx.query<{ rule: string; version: number; at: number }>(
    `SELECT rule, version, (extract(epoch FROM at) * 1000)::float8 AS at FROM rule_begun WHERE partition = $1`,
    [partition],
  )
  const begun = new Map<string, BegunRule>()
  for (const { rule: id, version, at } of rows) {
    const rule = await book.version(tx, id, version)
    if (rule) begun.set(id, { rule, at })
  }
  return begun
}

async function readFaults(tx: ClientBase, partition: number): Promise<Set<string>> {
  const { rows } = await tx.query<{ rule: string; version: number; gateway_id: number; device: string }>(
    `SELECT rule, version, gateway_id, device FROM rule_fault WHERE device = '' OR gateway_id % ${PARTITIONS} = $1`,
    [partition],
  )
  return new Set(rows.map((row) => faultKey(row, { gatewayId: row.gateway_id, device: row.device })))
}

const ANY_DEVICE = { gatewayId: 0, device: '' }

export function faultKey(
  { rule, version }: { rule: string; version: number },
  { gatewayId, device }: { gatewayId: number; device: string } = ANY_DEVICE,
): string {
  return JSON.stringify([rule, version, gatewayId, device])
}

function openWatch(
  { faults }: Partition,
  device: { readonly gatewayId: number; readonly device: string },
  { rule, at }: BegunRule,
  state: Watch['state'],
): Watch {
  const version = { rule: rule.id, version: rule.version }
  // There are many watches, and nearly never faults.
  const stopped = faults.size > 0 && (faults.has(faultKey(version)) || faults.has(faultKey(version, device)))
  return { rule, begun: at, state, stopped }
}

/** Notes when there is something to judge at a device, of which rules have judged what comes until `judged`. */
export function noteRipe(
  { ripe, unheard }: Partition,
  device: WatchedDevice,
  clock: number,
  judged = judgedUntil,
): void {
  const { at, isUnheard } = ripeness(device, (rule) => judged(device, rule, clock))
  ripe.note(device, at)
  if (!isUnheard) return
  const others = unheard.get(device.gatewayId)
  if (others) others.add(device)
  else unheard.set(device.gatewayId, new Set([device]))
}

/** How a rule begins at a device: what it remembers, and what is not later than `at` is not for it. */
export type Beginning = (begun: BegunRule) => { readonly at: number; readonly state: Watch['state'] }
/** One of which nothing was heard before. */
export const asNew: Beginning = ({ at }) => ({ at, state: undefined })

/** Lets each rule that is for the device, and is not there yet, begin. True where one did. */
export function fitRules(partition: Partition, device: WatchedDevice, beginning: Beginning): boolean {
  let fitted = false
  for (const begun of partition.begun.values()) {
    for (const rule of begun.rule.parts ?? [begun.rule]) {
      const isThere = device.watches.some((watch) => stateKey(watch.rule) === stateKey(rule))
      if (isThere || !isFor(rule.document, device)) continue
      const { at, state } = beginning({ rule, at: begun.at })
      device.watches.push(openWatch(partition, device, { rule, at }, state))
      fitted = true
    }
  }
  return fitted
}

/** A device that a part does not judge any more does not meet it any more. */
export function endPart(
  { facts }: Partition,
  { gatewayId, device }: WatchedDevice,
  watch: Watch,
  clock: number,
): void {
  const { rule } = watch
  if (rule.part === undefined || toldBy(watch) === 'clear') return
  facts.push({ rule, gatewayId, device, kind: 'left', what: rule.part, at: clock - rule.latenessMs + 1 })
}

/**
 * Ends the rules that do not count at the device any more, but where an alarm is open: there they judge on until it is
 * over. Others begin in their place, from what they would have judged by now. True where something has changed.
 */
export function refitRules(partition: Partition, device: WatchedDevice, clock: number): boolean {
  const before = device.watches.length
  device.watches = device.watches.filter((watch) => {
    if (counts(partition, device, watch)) return true
    if (watch.rule.part === undefined) return toldBy(watch) !== 'clear'
    endPart(partition, device, watch, clock)
    return false
  })
  const ended = device.watches.length < before
  const fitted = fitRules(partition, device, ({ rule }) => {
    const at = clock - rule.latenessMs
    return { at, state: watchFrom(rule.compiled, at, device.hearing.reachedAt(at)) }
  })
  return ended || fitted
}

/** False where no rule counts, nor has left an alarm open. */
export function isWatching({ begun, devices }: Partition): boolean {
  return begun.size > 0 || Iterator.from(devices).some(({ watches }) => watches.length > 0)
}

export function counts({ begun, keptVersions }: Partition, device: WatchedDevice, { rule }: Watch): boolean {
  const isInForce = begun.get(rule.id)?.rule.version === rule.version
  const isKept = rule.part !== undefined && keptVersions.has(`${rule.id}.${rule.version}`)
  return (isInForce || isKept) && isFor(rule.document, device)
}

/** Forgets what every rule has passed. Answers with the records of which nothing waits any more. */
export function dropJudged({ waiting }: Partition, device: WatchedDevice, clock: number): LedgerRecord[] {
  const passed = Math.min(
    ...device.watches.map(({ stopped, rule }) => (stopped ? Infinity : judgedUntil(device, rule, clock))),
  )
  const judged: LedgerRecord[] = []
  device.pending = device.pending.filter(({ input, record }) => {
    if (input.at > passed) return true
    const left = (waiting.get(record) ?? 1) - 1
    if (left > 0) waiting.set(record, left)
    else {
      waiting.delete(record)
      judged.push(record)
    }
    return false
  })
  return judged
}

/**
 * What some rule has to judge is kept until it does. What comes after a rule has passed its time goes to `late`; values
 * that are read a second time, after a takeover, are judged already then.
 */
export async function takeInputs(
  tx: ClientBase,
  partition: Partition,
  inputs: readonly DeviceInput[],
  late: LateInputs | undefined,
): Promise<void> {
  const { devices, gateways, standing, waiting } = partition
  const touched = new Set<WatchedDevice>()
  await devices.meet(
    tx,
    inputs.map(({ device, record: { gatewayId, gateway } }) => ({ gatewayId, gateway, device })),
  )
  for (const each of inputs) {
    const { input, record } = each
    gateways.add(record.gateway)
    const device = devices.get(record.gatewayId, each.device)
    if (!device) continue
    if (late && input.kind === 'event') noteBegun(partition, device, input, late)
    const isNew = input.kind === 'sample' && !device.properties.has(input.property)
    if (isNew) device.properties.add(input.property)
    if (isNew || device.properties.size === 0) fitRules(partition, device, asNew)
    let wanted = false
    for (const watch of device.watches) {
      const { rule, begun, stopped } = watch
      if (input.at <= begun || !concerns(watch, input)) continue
      if (!stopped && input.at > judgedUntil(device, rule, standing.clock)) wanted = true
      else late?.add({ ...device, rule: rule.id, reason: stopped ? 'fault' : 'late' }, input.at)
    }
    if (!wanted) continue
    device.pending.push(each)
    waiting.set(record, (waiting.get(record) ?? 0) + 1)
    touched.add(device)
  }
  for (const device of touched) {
    device.pending.sort(inOrder)
    noteRipe(partition, device, standing.clock)
  }
}

/** An incident that has begun is a fact for rules over areas that count such. */
function noteBegun(
  { begun, standing, facts }: Partition,
  device: WatchedDevice,
  { at, type, phase }: EventInput,
  late: LateInputs,
): void {
  if (phase !== 'started') return
  const { gatewayId } = device
  for (const { rule, at: since } of begun.values()) {
    if (rule.parts === undefined || !rule.compiled.eventTypes.has(type) || at <= since) continue
    if (!isFor(rule.document, device)) continue
    if (at > standing.clock - rule.latenessMs)
      facts.push({ rule, gatewayId, device: device.device, kind: 'event', what: type, at })
    else late.add({ ...device, rule: rule.id, reason: 'late' }, at)
  }
}
