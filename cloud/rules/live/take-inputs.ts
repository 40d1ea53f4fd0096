import type { ClientBase } from 'pg'
import type { EventInput } from '../engine/rule-input.ts'
import { type WatchedDevice, concerns, judgedUntil } from './device-watch.ts'
import { asNew, fitRules } from './fit-rules.ts'
import type { LateInputs } from './late-inputs.ts'
import type { LedgerRecord } from './ledger-records.ts'
import { type Partition, noteRipe } from './partition.ts'
import { type DeviceInput, inOrder } from './record-inputs.ts'
import { isFor } from './rule-scope.ts'

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
    if (late && input.kind === 'event') noteBegun(partition, device, input)
    const isNew = input.kind === 'sample' && !device.properties.has(input.property)
    if (isNew) devices.note(device, [input.property])
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
): void {
  if (phase !== 'started') return
  const { gatewayId } = device
  for (const { rule, at: since } of begun.values()) {
    if (rule.parts === undefined || !rule.compiled.eventTypes.has(type) || at <= since) continue
    if (!isFor(rule.document, device)) continue
    const kind = at > standing.clock - rule.latenessMs ? 'event' : 'late'
    facts.push({ rule, gatewayId, device: device.device, kind, what: type, at })
  }
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
