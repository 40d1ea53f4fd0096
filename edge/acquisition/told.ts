import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { DeviceMessage, Listens, PointResult, Subscribes } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import type { Static, TObject } from 'typebox'
import type { PlannedDevice, PlannedPoint } from './plan.ts'

export interface Hearing {
  readonly clock: Clock
  readonly log: Logger
  readonly onResult: (point: PlannedPoint, result: PointResult) => void
  readonly signal: AbortSignal
}

const AGAIN_MS = 5_000

/** Hears of changes from a device that tells them by itself, until the signal aborts. */
export async function hearDevice(
  subscribes: Subscribes<Static<TObject>, Static<TObject>>,
  device: PlannedDevice,
  hearing: Hearing,
): Promise<void> {
  const { onResult, signal } = hearing
  const polled = device.points.filter(({ intervalMs }) => intervalMs !== undefined)
  const byInterval = Map.groupBy(polled, ({ intervalMs = 0 }) => intervalMs)
  const each = [...byInterval].map(([intervalMs, points]) => {
    const tell = (index: number, result: PointResult) => {
      const point = points[index]
      if (point) onResult(point, result)
    }
    const driverPoints = points.map(({ driverPoint }) => driverPoint)
    return over(hearing, `subscription of ${device.id}`, () =>
      subscribes.subscribe(device.address, driverPoints, { intervalMs, signal, onResult: tell }),
    )
  })
  await Promise.all(each)
}

/** Hears from devices that dial in; each is known by the name that a field of its address holds. */
export async function hearDialers(
  listens: Listens,
  deviceOf: (name: string) => PlannedDevice | undefined,
  hearing: Hearing,
): Promise<void> {
  const { onResult, signal } = hearing
  const onMessage = ({ device: name, results }: DeviceMessage) => {
    for (const point of deviceOf(name)?.points ?? []) {
      const result = results[String(point.driverPoint['id'])]
      if (result && point.intervalMs !== undefined) onResult(point, result)
    }
  }
  await over(hearing, 'listening', () => listens.listen({ signal, onMessage }))
}

export function calledBy(devices: readonly PlannedDevice[], name: string): PlannedDevice | undefined {
  return devices.find(({ address }) => Object.values(address).map(String).includes(name))
}

/** Drivers go on until the signal aborts; one that does not is begun again. */
async function over({ clock, log, signal }: Hearing, what: string, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work().catch((err: unknown) => {
      if (!signal.aborted) log.error({ err }, `${what} failed; it is begun again`)
    })
    await sleep(clock, AGAIN_MS, signal).catch(() => {})
  }
}
