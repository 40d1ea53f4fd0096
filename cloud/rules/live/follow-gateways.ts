import type { ClientBase } from 'pg'
import { judgedBefore } from './device-watch.ts'
import type { LedgerRecord } from './ledger-records.ts'
import { asNew, fitRules } from './fit-rules.ts'
import { type Partition, noteRipe } from './partition.ts'

/** Takes up how far gateways are heard, after what was `taken` is noted as such. What of it waited for that is noted as ripe. */
export async function followGateways(
  tx: ClientBase,
  partition: Partition,
  taken: readonly LedgerRecord[],
  turn: { readonly clock: number; readonly behind: boolean },
): Promise<void> {
  const { topology, devices, unheard, standing } = partition
  const { met, moved, changed } = await topology.follow(tx, { judgedAt: standing.clock, ...turn }, taken)
  await devices.meet(tx, met)
  for (const { gatewayId } of met) {
    for (const device of devices.of(gatewayId)) fitRules(partition, device, asNew)
  }
  for (const gatewayId of changed) {
    const hearing = topology.hearing(gatewayId)
    for (const device of devices.of(gatewayId)) device.hearing = hearing.of(device.device)
  }
  for (const gatewayId of moved) {
    const waiting = unheard.get(gatewayId) ?? []
    unheard.delete(gatewayId)
    for (const device of changed.has(gatewayId) ? devices.of(gatewayId) : waiting)
      noteRipe(partition, device, standing.clock, judgedBefore)
  }
}
