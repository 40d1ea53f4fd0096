import type { Request } from './request.ts'

/** One physical link, whatever its framing: a request and its checked reply, and nothing of points or plans. */
export interface Wire extends AsyncDisposable {
  /**
   * One request and its checked reply. Rejects with `no-answer` of this unit, `link-down`, `bad-reply`, `link-closed`
   * after disposal, or the signal's reason. A read may be sent again when an idle connection was found closed; a
   * write never is.
   */
  ask(request: Request, options: AskOptions): Promise<Answer>
  /** Requests that may be under way at once, as learnt until now; 1 where replies have no ids. */
  readonly depth: number
  readonly cost: WireCost
}

export interface AskOptions {
  /** For the device's own time: what the frames take on a serial line is added by the wire. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export type Answer = Reply & {
  /** ms since 1970, when the reply came */
  readonly at: number
  /** From the request's last byte out to the reply's last byte in, by the steady clock. */
  readonly tookMs: number
}

export type Reply =
  /** What was read; empty for a write that was acknowledged. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'exception'; readonly code: number }

/** What an exchange costs without the device's own time. */
export interface WireCost {
  /** Frames without their data, and the silence around them. */
  readonly exchangeMs: number
  readonly byteMs: number
}

/** A connection as its configuration has it: `path` for a serial line, else `host`. */
export interface WireOptions {
  readonly host?: string
  readonly port?: number
  /** RTU frames over TCP, to a serial server that passes bytes on. */
  readonly framing?: 'rtu'
  readonly path?: string
  /** Of the serial line, also of one behind a serial server. */
  readonly baudRate?: number
  readonly parity?: 'none' | 'even' | 'odd'
  readonly dataBits?: 7 | 8
  readonly stopBits?: 1 | 2
  readonly connectTimeoutMs?: number
  /** Rest between a reply and the next request; a link with a rest has one request under way. */
  readonly pauseMs?: number
  /** 1 forbids pipelining. */
  readonly maxDepth?: number
}
