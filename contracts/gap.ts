import Type, { type Static } from 'typebox'
import { Epoch, Lane, Seq } from './record-key.ts'

/** Why records are missing for good. Gateways name all but the last; `tail-lost` is the cloud's finding. */
export const GapReason = Type.Union([
  Type.Literal('evicted-full', { description: 'dropped to make room' }),
  Type.Literal('evicted-age', { description: 'older than the outbox keeps' }),
  Type.Literal('rotten', { description: 'its bytes on the disk no longer match their checksum' }),
  Type.Literal('receipted-and-dropped', {
    description: 'was stored, then the database went back in time and the gateway no longer had it',
  }),
  Type.Literal('table-lost', { description: 'nobody has the point table any more that gives it meaning' }),
  Type.Literal('tail-lost', { description: 'accepted by a run of the agent whose disk lost it' }),
])
export type GapReason = Static<typeof GapReason>

/** Accepted, and gone: the records `firstSeq`…`lastSeq` of a lane and epoch that will never come. */
export const GapRecord = Type.Object(
  {
    kind: Type.Literal('gap'),
    lane: Lane,
    epoch: Epoch,
    firstSeq: Seq,
    lastSeq: Seq,
    count: Type.Integer({ minimum: 1, description: 'lastSeq − firstSeq + 1' }),
    reason: GapReason,
    at: Type.Integer({ description: 'when it was found, ms since 1970' }),
  },
  { additionalProperties: false },
)
export type GapRecord = Static<typeof GapRecord>
