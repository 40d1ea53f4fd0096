import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Quality, Value } from '@ganzhi/contracts/reading'
import type { Static, TObject } from 'typebox'
import type { Clock } from './clock.ts'

/**
 * A protocol: what its connection, its devices and their points are described by, and how a link is opened.
 * It knows its wire and this contract, and nothing of the agent that uses it.
 */
export interface Driver<
  Connection extends TObject = TObject,
  Device extends TObject = TObject,
  Point extends TObject = TObject,
> {
  readonly id: string
  /** Of one physical link: host and port, or a serial port and its line settings. */
  readonly configSchema: Connection
  /** How a device on the link is addressed. */
  readonly deviceSchema: Device
  /** Where one value of a device is found; always has an `id`. */
  readonly pointSchema: Point
  /** What is wrong with a point that passes the schema. */
  pointFault?(point: Static<Point>): { field: string; message: string; remedy: string } | undefined
  /** Does not wait for the device: a link whose other end is down opens, and its reads say so. */
  open(connection: Static<Connection>, context: LinkContext): Promise<Link<Static<Device>, Static<Point>>>
}

/** What a link is given from outside. */
export interface LinkContext {
  readonly clock: Clock
  /** Told what no read can show; the owner of the link counts and logs it. */
  readonly report: (event: LinkEvent) => void
}

export type LinkEvent =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly error: GanzhiError; readonly retryInMs: number }
  /** A frame that answered nothing we asked. */
  | { readonly kind: 'discarded'; readonly why: 'late' | 'foreign' }

/** An open link and what it can do. */
export interface Link<Device, Point> extends Reads<Device, Point>, AsyncDisposable {}

/** Capability: values are fetched when asked for. */
export interface Reads<Device, Point> {
  /**
   * One result a point, in the order of `points`. A device that fails gives results that say why; only an
   * aborted signal, or a link that was disposed of, rejects.
   */
  read(device: Device, points: readonly Point[], options: { signal: AbortSignal }): Promise<PointResult[]>
}

export type PointResult =
  | { readonly quality: 'good'; readonly value: Value; readonly readAt: number }
  | {
      readonly quality: Exclude<Quality, 'good'>
      readonly value: null
      /** When it was known, ms since 1970. */
      readonly readAt: number
      readonly error: GanzhiError
    }

/**
 * Codes that every driver gives the same meaning, as the agent acts on them:
 * `link-down` nothing on the link can be reached, `no-answer` this device is silent and the link is not to blame.
 */
export type ReachCode = 'link-down' | 'no-answer'
