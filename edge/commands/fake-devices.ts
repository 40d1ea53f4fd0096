import type { Property } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import type { CommandedDevices } from './devices.ts'

export interface FakeDevices extends CommandedDevices {
  readonly values: Map<string, Value>
  /** In the order in which they left. */
  readonly writes: { device: string; property: string; value: Value }[]
  /** Awaited while a write waits for its turn. */
  beforeTurn: (device: string) => Promise<void>
  /** Takes the value, or does otherwise; awaited after the write has left. */
  onWrite: (key: string, value: Value) => Promise<void>
  /** Points that can't be read. */
  readonly silent: Set<string>
}

/** Devices in memory: each `<device>/<property>` that is given a value, all of one profile. */
export function fakeDevices(properties: readonly Property[], step?: number): FakeDevices {
  const byId = new Map(properties.map((property) => [property.id, property]))
  const devices: FakeDevices = {
    values: new Map(),
    writes: [],
    silent: new Set(),
    beforeTurn: () => Promise.resolve(),
    onWrite: async (key, value) => void devices.values.set(key, value),
    property(device, id) {
      const property = byId.get(id)
      if (!property || !device.startsWith('pump')) return undefined
      return { property, profile: 'test/pump', ...(step === undefined ? {} : { step }) }
    },
    async readNow(device, ids, { signal }) {
      signal.throwIfAborted()
      return new Map(ids.map((id) => [id, resultOf(`${device}/${id}`)]))
    },
    async write(device, property, value, { signal, before }) {
      await Promise.race([devices.beforeTurn(device), aborted(signal)])
      before()
      devices.writes.push({ device, property, value })
      await Promise.race([devices.onWrite(`${device}/${property}`, value), aborted(signal)])
    },
  }

  function resultOf(key: string): PointResult {
    const value = devices.values.get(key)
    if (value !== undefined && !devices.silent.has(key)) return { quality: 'good', value, readAt: 0 }
    return { quality: 'bad-comm', value: null, readAt: 0, error: noAnswer() }
  }

  return devices
}

export function noAnswer(): GanzhiError {
  return new GanzhiError('the device is silent', { code: 'no-answer', blame: 'outside' })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}
