import { createHash } from 'node:crypto'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { type Lane, MAX_RECORD_BYTES, type RecordKey, identityFrom } from '@ganzhi/contracts/record-key'
import { parseGatewaySubject } from '@ganzhi/contracts/subjects'

/** What ingest needs of a broker's message. */
export interface Delivery {
  readonly subject: string
  readonly data: Uint8Array
  readonly headers?: { get(name: string): string; keys(): string[] } | undefined
  ack(): void
}

export interface RecordArrival {
  readonly kind: 'record'
  readonly delivery: Delivery
  readonly key: RecordKey
  readonly sha256: string
}

export interface TableArrival {
  readonly kind: 'table'
  readonly delivery: Delivery
  readonly gateway: string
  readonly sha256: string
}

/** Not to be told whose it is: nothing can be receipted. */
export interface RefusedArrival {
  readonly kind: 'refused'
  readonly delivery: Delivery
  readonly reason: string
}

export type Arrival = RecordArrival | TableArrival | RefusedArrival

/** Says whose a message is, and whether its body is what its sender meant. Never throws. */
export function arrivalOf(lane: Lane, delivery: Delivery): Arrival {
  try {
    const identity = identityFrom((name) => delivery.headers?.get(name))
    const gateway = identity.kind === 'table' ? identity.gateway : identity.key.gateway
    const subjectLane = identity.kind === 'table' ? 'telemetry' : identity.key.lane
    if (parseGatewaySubject(delivery.subject)?.gateway !== gateway || lane !== subjectLane) {
      throw refusal(`${subjectLane} of ${gateway} came on ${delivery.subject}`)
    }
    if (delivery.data.length > MAX_RECORD_BYTES) {
      throw refusal(`body has ${delivery.data.length} bytes, over ${MAX_RECORD_BYTES}`)
    }
    const { sha256 } = identity
    if (createHash('sha256').update(delivery.data).digest('hex') !== sha256) {
      throw refusal('body does not have the sha256 of its header')
    }
    if (identity.kind === 'table') return { kind: 'table', delivery, gateway, sha256 }
    return { kind: 'record', delivery, key: identity.key, sha256 }
  } catch (error) {
    if (isGanzhiError(error)) return { kind: 'refused', delivery, reason: error.message }
    throw error
  }
}

function refusal(what: string): GanzhiError {
  return new GanzhiError(what, { code: 'refused', blame: 'outside' })
}
