/** How long the uplink waits for what. */
export interface UplinkTiming {
  readonly dialTimeoutMs: number
  /** Two unanswered pings end a connection: a half-open link is noticed within three of these. */
  readonly pingMs: number
  /** Longest pause between two tries to connect. */
  readonly redialMs: number
  /** A connection that held so long was a good one: the pauses start from the shortest again. */
  readonly steadyMs: number
  readonly publishTimeoutMs: number
  /** Longest pause of a lane whose messages are refused. */
  readonly refusedMs: number
  /** With something to send and nothing taken for so long, the connection is given up. */
  readonly stuckMs: number
  /** How often the cloud is asked what it holds. */
  readonly askMs: number
  /** Sooner, when something sent is older than this and still without receipt. */
  readonly overdueMs: number
  /** The backlog waits so long for the first answer of a connection, which may spare it. */
  readonly firstAnswerMs: number
  /** Pause between re-sends that brought nothing: the shortest, and the longest. */
  readonly resendMs: readonly [shortest: number, longest: number]
  /** Records older than this are backlog: newer ones overtake them. */
  readonly liveMs: number
  readonly statusMs: number
}

export const DEFAULT_TIMING: UplinkTiming = {
  dialTimeoutMs: 10_000,
  pingMs: 10_000,
  redialMs: 30_000,
  steadyMs: 20_000,
  publishTimeoutMs: 10_000,
  refusedMs: 10_000,
  stuckMs: 30_000,
  askMs: 60_000,
  overdueMs: 30_000,
  firstAnswerMs: 5_000,
  resendMs: [5_000, 300_000],
  liveMs: 10_000,
  statusMs: 10_000,
}
