import Type, { type Static } from 'typebox'

const Ms = Type.Integer({ minimum: 10, maximum: 3_600_000 })
const ms = (description: string) => Type.Unsafe<number>({ ...Ms, description })

/** How long the uplink waits for what, in ms. */
export const UplinkTiming = Type.Object(
  {
    dialTimeoutMs: Ms,
    pingMs: ms('two unanswered pings end a connection: half open is noticed within three of these'),
    redialMs: ms('longest pause between two tries to connect'),
    steadyMs: ms('after a connection that held so long, the pauses start from the shortest again'),
    publishTimeoutMs: Ms,
    refusedMs: ms('longest pause of a lane whose messages are refused'),
    stuckMs: ms('with something to send and nothing taken for so long, the connection is given up'),
    askMs: ms('how often the cloud is asked what it holds'),
    overdueMs: ms('sooner, when something sent is older than this and still without receipt'),
    firstAnswerMs: ms('the backlog waits so long for the first answer of a connection, which may spare it'),
    resendMs: Type.Unsafe<readonly [number, number]>({
      ...Type.Tuple([Ms, Ms]),
      description: 'pause between re-sends that brought nothing: the shortest, and the longest',
    }),
    liveMs: ms('records older than this are backlog: newer ones overtake them'),
    statusMs: Ms,
  },
  { additionalProperties: false },
)
export type UplinkTiming = Readonly<Static<typeof UplinkTiming>>

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
