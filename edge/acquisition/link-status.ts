import { deviceLoad, type LinkReads } from './link-load.ts'
import type { Outage } from './link-outage.ts'
import type { PolledDevice } from './polled-device.ts'

export interface LinkStatus {
  readonly id: string
  readonly state: 'idle' | 'up' | 'down'
  /** Nothing is heard over it. */
  readonly outage: Outage | undefined
  /** Share of the link's time that is asked for; beyond 1 it is too much. */
  readonly load: number
  readonly exchanges: number
  /** Reads that fell out because the link had no time for them. */
  readonly overruns: number
  /** Frames that answered nothing we asked. */
  readonly discarded: number
  /** Devices that don't answer, and are only probed. */
  readonly silent: readonly string[]
  /** Devices that decline what they are asked, and are asked less. */
  readonly refusing: readonly string[]
  /** Intervals that are not reached. */
  readonly late: readonly LateGroup[]
}

export interface LateGroup {
  readonly device: string
  readonly intervalMs: number
  readonly reachedMs: number
}

export function lateGroups(devices: readonly PolledDevice[], now: number): LateGroup[] {
  return devices.flatMap((device) =>
    [...device.groups.values()].flatMap((group) => {
      const late = group.lateMs(now)
      if (late === undefined) return []
      return [{ device: device.id, intervalMs: group.intervalMs, reachedMs: Math.round(late) }]
    }),
  )
}

export function refusing(devices: readonly PolledDevice[]): string[] {
  return devices
    .filter(({ groups }) => [...groups.values()].some((group) => group.refused))
    .map(({ id }) => id)
}

/** Devices and the share of the link's time that each asks for, the greatest first. */
export function loadsOf(
  devices: readonly PolledDevice[],
  reads: LinkReads | undefined,
): { readonly device: string; readonly load: number }[] {
  if (!reads) return []
  const loads = devices.map((device) => ({ device: device.id, load: deviceLoad(device, reads) }))
  return loads.sort((a, b) => b.load - a.load)
}
