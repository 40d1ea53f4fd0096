import type { Property } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import type { PointResult } from '@ganzhi/device-drivers/driver'

/** What commands need of the gateway's devices. */
export interface CommandedDevices {
  property(device: string, property: string): CommandedProperty | undefined
  /** Fresh from the wire. Rejects only when the signal aborts. */
  readNow(
    device: string,
    properties: readonly string[],
    options: { readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<string, PointResult>>
  /**
   * Resolves when the device has acknowledged. `before` is called when it is the write's turn, immediately before it
   * leaves: when it throws, nothing is sent.
   */
  write(
    device: string,
    property: string,
    value: Value,
    options: { readonly signal: AbortSignal; readonly before: () => void },
  ): Promise<unknown>
}

export interface CommandedProperty {
  readonly property: Property
  /** Id of the device's profile. */
  readonly profile: string
  /** The smallest difference that the wire can say, where there is one. */
  readonly step?: number
}
