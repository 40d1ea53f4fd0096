import Type, { type Static } from 'typebox'
import { DeviceId } from './device-id.ts'
import { Epoch, Lane, Token } from './record-key.ts'

/** How far a lane of an epoch has been accepted and synced on the gateway's disk. */
export const AcceptedHead = Type.Object({
  lane: Lane,
  epoch: Epoch,
  head: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
})
export type AcceptedHead = Static<typeof AcceptedHead>

/** Devices on links that are down, of all of them together: a status has room for so many. */
export const MOST_CUT_OFF = 2_000

/** A link (a serial port, or host:port) over which nothing is heard. */
export const DownLink = Type.Object({
  link: Type.Unsafe<string>({ ...Token, description: "its id in the gateway's configuration" }),
  since: Type.Integer({ description: "the gateway's clock, ms since 1970" }),
  error: Type.Object({
    code: Type.String({ maxLength: 64 }),
    message: Type.String({ maxLength: 200 }),
  }),
  devices: Type.Array(DeviceId, {
    maxItems: MOST_CUT_OFF,
    description: 'behind it: nobody knows how they are',
  }),
})
export type DownLink = Static<typeof DownLink>

/**
 * `gz.v1.<gateway>.status`, every 10 s. `heads` lists every lane and epoch of which the outbox still has records,
 * and the present epoch always; an older epoch that it no longer lists is closed.
 */
export const GatewayStatus = Type.Object({
  phase: Type.Union([Type.Literal('birth'), Type.Literal('alive'), Type.Literal('death')]),
  at: Type.Integer({ description: "the gateway's clock, ms since 1970" }),
  epoch: Epoch,
  agent: Type.String({ maxLength: 64, description: 'version of the agent' }),
  heads: Type.Array(AcceptedHead, { maxItems: 4096 }),
  outbox: Type.Object({
    bytes: Type.Integer({ minimum: 0 }),
    capBytes: Type.Integer({ minimum: 0 }),
    oldestAt: Type.Optional(Type.Integer()),
    writable: Type.Boolean(),
  }),
  links: Type.Optional(
    Type.Array(DownLink, {
      maxItems: 256,
      description: 'those that are down; left out where that is not known',
    }),
  ),
  counters: Type.Record(Type.String(), Type.Number(), {
    description: 'since the start of the epoch: readings, overruns, re-sends, reconnects …',
  }),
})
export type GatewayStatus = Static<typeof GatewayStatus>
