import type { Reads } from '@ganzhi/device-drivers/driver'
import type { Static, TObject } from 'typebox'
import type { PolledDevice } from './polled-device.ts'

export type LinkReads = Pick<Reads<Static<TObject>, Static<TObject>>, 'plan' | 'depth'>

/**
 * The share of the link's time that a device asks for; beyond 1 for all of them together it is too much. Groups that
 * meet are read together, so that a slower one costs only what it adds to the faster ones.
 */
export function deviceLoad(device: PolledDevice, reads: LinkReads): number {
  const groups = [...device.groups.values()].sort((a, b) => a.intervalMs - b.intervalMs)
  let [load, before] = [0, 0]
  groups.forEach((group, i) => {
    const { driverPoints } = device.pointsOf(groups.slice(0, i + 1))
    const together = reads
      .plan(device.address, driverPoints)
      .reduce((sum, { predictedMs }) => sum + predictedMs, 0)
    load += Math.max(0, together - before) / group.intervalMs
    before = together
  })
  return load / reads.depth
}
