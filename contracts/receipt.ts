import Type, { type Static } from 'typebox'
import { Epoch, Lane, Sha256 } from './record-key.ts'

/** At most so many holes a lane are told at once; the rest follow when these are filled. */
export const MAX_HOLES = 64

const Top = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** What the database holds of one lane and epoch. */
export const LaneReceipt = Type.Object({
  lane: Lane,
  epoch: Epoch,
  contiguous: Type.Unsafe<number>({
    ...Top,
    description: 'everything from 1 to here is stored, or named by a gap record',
  }),
  holes: Type.Array(Type.Tuple([Top, Top]), {
    maxItems: MAX_HOLES,
    description: 'lowest missing ranges [first, last] above contiguous',
  }),
  top: Type.Unsafe<number>({
    ...Top,
    description: 'highest stored seq that the holes reach up to: between the holes everything is stored',
  }),
  pending: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'messages of this lane, of all gateways, that the broker has not been relieved of yet',
    }),
  ),
})
export type LaneReceipt = Static<typeof LaneReceipt>

/** `gz.v1.<gateway>.receipt`, sent after the commit. */
export const Receipt = Type.Object({
  /** Present in answers only; a receipt that is lower than an earlier one counts only with it. */
  nonce: Type.Optional(Type.String({ minLength: 8, maxLength: 64 })),
  lanes: Type.Array(LaneReceipt, { maxItems: 4096 }),
  /** Point tables that stored batches wait for. */
  need: Type.Array(Sha256, { maxItems: 256 }),
})
export type Receipt = Static<typeof Receipt>

/** `gz.v1.<gateway>.receipt.get`: what is stored of these? `known` is the highest contiguous seq ever told. */
export const ReceiptRequest = Type.Object({
  nonce: Type.String({ minLength: 8, maxLength: 64 }),
  lanes: Type.Array(Type.Object({ lane: Lane, epoch: Epoch, known: Top, head: Top }), { maxItems: 4096 }),
})
export type ReceiptRequest = Static<typeof ReceiptRequest>
