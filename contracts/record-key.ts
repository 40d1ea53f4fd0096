import Type, { type Static } from 'typebox'
import { GanzhiError } from './error.ts'
import { check } from './schema.ts'

/** A token of a subject, and so the form of every gateway's name. */
export const Token = Type.String({ pattern: '^[a-z0-9-]{1,64}$' })

export const Lane = Type.Union([Type.Literal('events'), Type.Literal('evidence'), Type.Literal('telemetry')])
export type Lane = Static<typeof Lane>
/** In the order in which they are sent. */
export const LANES: readonly Lane[] = ['events', 'telemetry', 'evidence']

/** 64 random bits, new at every start of an agent, as 16 hex digits. */
export const Epoch = Type.String({ pattern: '^[0-9a-f]{16}$' })
export type Epoch = Static<typeof Epoch>

/** Position in a lane and epoch, from 1 without gaps. */
export const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** What makes a record one of a kind in the whole platform. */
export const RecordKey = Type.Object({ gateway: Token, lane: Lane, epoch: Epoch, seq: Seq })
export type RecordKey = Static<typeof RecordKey>

/** Nothing larger than this goes over the wire; what is larger is split by whoever makes it. */
export const MAX_RECORD_BYTES = 512 * 1024

/** Headers of a numbered record; `sha256` is that of the body. */
const RecordHeaders = Type.Object({
  kind: Type.Literal('record'),
  gateway: Token,
  lane: Lane,
  epoch: Epoch,
  seq: Type.String({ pattern: '^[1-9][0-9]{0,15}$' }),
  sha256: Sha256,
})

/** A point table carries no number: its hash is its name, and storing it twice changes nothing. */
const TableHeaders = Type.Object({ kind: Type.Literal('table'), gateway: Token, sha256: Sha256 })

const MessageHeaders = Type.Union([RecordHeaders, TableHeaders])

export type MessageIdentity =
  | { readonly kind: 'record'; readonly key: RecordKey; readonly sha256: string }
  | { readonly kind: 'table'; readonly gateway: string; readonly sha256: string }

export function headersOf(identity: MessageIdentity): Record<string, string> {
  if (identity.kind === 'table') {
    return { kind: 'table', gateway: identity.gateway, sha256: identity.sha256 }
  }
  const { gateway, lane, epoch, seq } = identity.key
  return { kind: 'record', gateway, lane, epoch, seq: String(seq), sha256: identity.sha256 }
}

/** `get` reads one header of a message; an absent one may be '' or undefined. */
export function identityFrom(get: (header: string) => string | undefined): MessageIdentity {
  const names =
    get('kind') === 'table' ? ['kind', 'gateway', 'sha256'] : Object.keys(RecordHeaders.properties)
  const raw = Object.fromEntries(names.map((name) => [name, get(name) ?? '']))
  const headers = check(MessageHeaders, raw, 'message headers')
  if (headers.kind === 'table') return headers
  const seq = Number(headers.seq)
  if (!Number.isSafeInteger(seq)) {
    throw new GanzhiError(`message headers: seq ${headers.seq} is beyond 2^53`, {
      code: 'bad-input',
      blame: 'caller',
      field: 'seq',
      remedy: 'Number the records of an epoch from 1 upwards.',
    })
  }
  const { gateway, lane, epoch, sha256 } = headers
  return { kind: 'record', key: { gateway, lane, epoch, seq }, sha256 }
}

/** JetStream's own id. It differs for every attempt: a broker that was wiped must not swallow a re-send. */
export function messageId(key: Pick<RecordKey, 'epoch' | 'seq'>, attempt: number): string {
  return `${key.epoch}.${key.seq}.${attempt}`
}
