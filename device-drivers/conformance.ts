import type { Json, Value } from '@ganzhi/contracts/reading'
import type { Driver } from './driver.ts'

export type Fields = Readonly<Record<string, Json>>

/** What a driver brings to `conformance.test.ts`, in a `conformance.ts` of its own: a device to try it on. */
export interface ConformanceCase {
  readonly driver: Driver
  /** Starts a real device on a socket, which shares no code with the driver. */
  start(): Promise<ConformanceRig>
  /** Connections that must be refused, and the field that must be named. */
  readonly badConnections: readonly { readonly connection: Fields; readonly field: string }[]
  readonly badPoints: readonly { readonly point: Fields; readonly field: string }[]
}

export interface ConformanceRig extends AsyncDisposable {
  /** With a `timeoutMs`, or the like, that a test can wait for. */
  readonly connection: Fields
  readonly device: Fields
  /** Points that are there, each with its value. */
  readonly points: readonly { readonly point: Fields; readonly value: Value }[]
  /** A point that is not there. */
  readonly missing?: Fields
  readonly writable?: { readonly point: Fields; readonly value: Value }
  /** For `subscribes`: the device changes the value of a point by itself, until it is called again. */
  change?(): { readonly point: Fields; readonly value: Value }
  /** For `listens`: a connection that devices dial in to. */
  readonly listening?: Fields
  /** A device dials in at `address`, says one value and hangs up. */
  dialIn?(
    address: string,
  ): Promise<{ readonly device: string; readonly point: string; readonly value: Value }>
  /** For `scans`: a request that finds the device. */
  readonly scan?: Fields
  /** It takes requests from now on, and answers none. */
  goSilent(): void
  /** It is off: its port is closed. */
  stop(): Promise<void>
}
