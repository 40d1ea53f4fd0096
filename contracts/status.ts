import Type, { type Static } from 'typebox'
import { Epoch, Lane } from './record-key.ts'

/** How far a lane of an epoch has been accepted and synced on the gateway's disk. */
export const AcceptedHead = Type.Object({
  lane: Lane,
  epoch: Epoch,
  head: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
})
export type AcceptedHead = Static<typeof AcceptedHead>

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
  counters: Type.Record(Type.String(), Type.Number(), {
    description: 'since the start of the epoch: readings, overruns, re-sends, reconnects …',
  }),
})
export type GatewayStatus = Static<typeof GatewayStatus>
