import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Json, Quality, Value } from '@ganzhi/contracts/reading'
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
  /** How a device on the link is addressed, and what is known of its limits. */
  readonly deviceSchema: Device
  /** Where one value of a device is found; always has an `id`. */
  readonly pointSchema: Point
  /** What is wrong with a connection or a point that passes its schema: fields that contradict each other. */
  connectionFault?(connection: Static<Connection>): FieldFault | undefined
  pointFault?(point: Static<Point>): FieldFault | undefined
  /** Does not wait for the device: a link whose other end is down opens, and its reads say so. */
  open(connection: Static<Connection>, context: LinkContext): Promise<Link<Static<Device>, Static<Point>>>
  /** Capability: devices nobody has described yet can be looked for. */
  readonly scans?: Scans
}

export interface FieldFault {
  readonly field: string
  readonly message: string
  readonly remedy: string
}

/** What a link is given from outside. */
export interface LinkContext {
  readonly clock: Clock
  /** Told what no read can show; the owner of the link counts and logs it. */
  readonly report: (event: LinkEvent) => void
  /** What the driver has learnt about the devices of this link, kept across restarts. */
  readonly memory: Memory
}

/** What comes back may be old or of another version: a driver checks it, and forgets what it can't use. */
export interface Memory {
  recall(key: string): Json | undefined
  keep(key: string, fact: Json): void
}

export type LinkEvent =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly error: GanzhiError; readonly retryInMs: number }
  /** A frame that answered nothing we asked. */
  | { readonly kind: 'discarded'; readonly why: 'late' | 'foreign' | 'corrupt' }

/** An open link and what can be done on it. */
export interface Link<Device, Point> extends AsyncDisposable {
  readonly reads?: Reads<Device, Point>
  readonly writes?: Writes<Device, Point>
  readonly subscribes?: Subscribes<Device, Point>
  readonly browses?: Browses<Device>
  readonly listens?: Listens
}

/** Capability: values are fetched when asked for, by exchanges that the caller sets in order. */
export interface Reads<Device, Point> {
  /** Exchanges that fetch `points` of one device, as the driver knows the device now. No I/O; cheap when asked again with the same array. */
  plan(device: Device, points: readonly Point[]): readonly Exchange[]
  /**
   * Makes one planned exchange. A device that fails gives results that say why; only an aborted signal, or a link
   * that was disposed of, rejects.
   */
  exchange(
    device: Device,
    exchange: Exchange,
    options: { readonly signal: AbortSignal },
  ): Promise<ExchangeOutcome>
  /** How many exchanges may be under way at once, as learnt until now. */
  readonly depth: number
}

/** One request and its reply. A driver's own exchanges carry more than this. */
export interface Exchange {
  /** Positions in the list of points that was planned. */
  readonly points: readonly number[]
  /** How long it will take on the link, ms, as measured until now. */
  readonly predictedMs: number
  /** What is asked for, as a person would say it: `{ table: 'holding', address: 0, count: 12 }`. */
  readonly request: Readonly<Record<string, Json>>
  /** What is read though nobody asked for it, and why that is the cheaper way. */
  readonly extra?: string
}

export type ExchangeOutcome =
  /** One result a point, in the order of `exchange.points`. */
  | { readonly results: readonly PointResult[] }
  /** The device declined so much at once; the driver has learnt, and these fetch the same points. */
  | { readonly instead: readonly Exchange[] }

/** Capability: a point of a device is set. */
export interface Writes<Device, Point> {
  /**
   * Resolves when the device has acknowledged. Rejects with what is wrong: `bad-value` does not fit the point, `declined`
   * by the device, `not-writable` no such way; after `no-answer` and `link-down` it may have been done or not.
   */
  write(
    device: Device,
    point: Point,
    value: Value,
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly writtenAt: number }>
}

/** Capability: the device tells of changes by itself. */
export interface Subscribes<Device, Point> {
  /** Until the signal aborts; over lost connections. `index` is the position in `points`. */
  subscribe(
    device: Device,
    points: readonly Point[],
    options: {
      readonly intervalMs: number
      readonly signal: AbortSignal
      readonly onResult: (index: number, result: PointResult) => void
    },
  ): Promise<void>
}

/** Capability: a device can be asked what it has. */
export interface Browses<Device> {
  /** What lies below `parent`, or at the top. */
  browse(
    device: Device,
    options: { readonly parent?: string; readonly signal: AbortSignal },
  ): AsyncIterable<BrowsedNode>
}

export interface BrowsedNode {
  readonly id: string
  readonly name: string
  /** Fields of a point that reads it; nothing for a mere folder. */
  readonly point?: Readonly<Record<string, Json>>
  readonly hasChildren: boolean
}

/** Capability: devices dial in, and say who they are. */
export interface Listens {
  /** Where it listens, once it does: a port that was free, for one. */
  readonly address: string
  listen(options: {
    readonly signal: AbortSignal
    readonly onMessage: (message: DeviceMessage) => void
  }): Promise<void>
}

/** What a device said by itself: values under the ids of its points. */
export interface DeviceMessage {
  /** As the device calls itself on the wire. */
  readonly device: string
  readonly results: Readonly<Record<string, PointResult>>
}

/** Capability: devices nobody has described yet can be looked for. */
export interface Scans<Request extends TObject = TObject> {
  readonly requestSchema: Request
  /** What it will cost, before anything is sent: the user is shown it first. */
  estimate(request: Static<Request>): { readonly tries: number; readonly predictedMs: number }
  /** Every try in turn. Stops, without an error, when the signal aborts. */
  scan(
    request: Static<Request>,
    context: { readonly clock: Clock; readonly signal: AbortSignal },
  ): AsyncIterable<ScanStep>
}

export interface ScanStep {
  /** Tries done until now. */
  readonly tried: number
  /** What is being tried, for people: `9600 8E1, unit 3`. */
  readonly trying: string
  readonly found?: {
    /** As this driver's configSchema and deviceSchema want them: to be put into a gateway's configuration. */
    readonly connection: Readonly<Record<string, Json>>
    readonly device: Readonly<Record<string, Json>>
    /** What it said, for people. */
    readonly note: string
  }
  /** This try, or the whole port, could not be made. */
  readonly error?: GanzhiError
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
 * Any other error means that the device is alive.
 */
export type ReachCode = 'link-down' | 'no-answer'
