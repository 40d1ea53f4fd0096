import type { WatchedDevice } from './device-watch.ts'

const BUCKET_MS = 1_000

/** A wheel of timers by the platform's time. A device that has to be looked at later than it was noted for is noted anew. */
export class RipeDevices {
  readonly #buckets = new Map<number, Set<WatchedDevice>>()

  note(device: WatchedDevice, at: number): void {
    device.ripeAt = at
    if (at === Infinity) return
    const bucket = Math.floor(at / BUCKET_MS)
    const noted = this.#buckets.get(bucket)
    if (noted) noted.add(device)
    else this.#buckets.set(bucket, new Set([device]))
  }

  /** Those that are ripe at `clock`, each once; the caller notes them again. */
  take(clock: number): Set<WatchedDevice> {
    const ripe = new Set<WatchedDevice>()
    const last = Math.floor(clock / BUCKET_MS)
    for (const [bucket, devices] of this.#buckets) {
      if (bucket > last) continue
      for (const device of devices) {
        if (device.ripeAt > clock) {
          if (Math.floor(device.ripeAt / BUCKET_MS) !== bucket) devices.delete(device)
        } else {
          ripe.add(device)
          devices.delete(device)
        }
      }
      if (devices.size === 0) this.#buckets.delete(bucket)
    }
    return ripe
  }

  /** When to look again; perhaps sooner than something is ripe, never later. */
  get next(): number {
    let first = Infinity
    for (const bucket of this.#buckets.keys()) first = Math.min(first, bucket)
    let next = (first + 1) * BUCKET_MS
    for (const { ripeAt } of this.#buckets.get(first) ?? []) next = Math.min(next, ripeAt)
    return next
  }
}
