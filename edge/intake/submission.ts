import { CloudEvent } from '@ganzhi/contracts/cloud-event'
import { DeviceId, PropertyId } from '@ganzhi/contracts/device-id'
import type { ErrorDocument } from '@ganzhi/contracts/error'
import { Quality, ValueType } from '@ganzhi/contracts/reading'
import { check } from '@ganzhi/contracts/schema'
import type { Accepted } from '../outbox/outbox.ts'
import type { Lane } from '@ganzhi/contracts/record-key'
import Type, { type Static } from 'typebox'

/**
 * What local programs say to the agent on its unix socket: one JSON document a line, each with an `id` of their
 * choice; the answer bears the same id. Many may be under way at once, and answers come in any order.
 *
 *     → {"id":1,"readings":[{"device":"m-1","property":"temp","type":"float","decimals":1,
 *                            "at":1763715600000,"quality":"good","value":21.5}]}
 *     → {"id":2,"event":{…CloudEvent…}}
 *     → {"id":3,"evidence":{"contentType":"image/jpeg","at":1763715600000,"base64":"…"}}
 *     → {"id":4,"status":true}
 *     → {"id":5,"command":{"do":"list"}}   (see edge/commands/local-request.ts)
 *     → {"id":6,"camera":{"do":"picture","camera":"gate"}}   (see edge/vision/local-request.ts)
 *     ← {"id":1,"accepted":[{"lane":"telemetry","epoch":"…","seq":7,"sha256":"…"}]}
 *     ← {"id":2,"error":{"code":"outbox-full","message":"…","remedy":"…","retryable":true}}
 *     ← {"id":4,"lanes":[…],"epoch":"…",…}
 *
 * One submission is one record, except where it is larger than a record may be: then it is several, all listed. An
 * error that came after some of them lists these in `error.accepted`.
 *
 * JSON has no place for NaN, the infinities and integers beyond 2^53: a point of type `float` takes
 * `{"float":"NaN"}`, `{"float":"Infinity"}`, `{"float":"-Infinity"}`, one of type `integer` takes
 * `{"integer":"9223372036854775807"}`.
 */
const SubmissionId = Type.Union([Type.Integer(), Type.String({ maxLength: 64 })])
export type SubmissionId = Static<typeof SubmissionId>

const MOST_READINGS = 20_000

export const SubmittedReading = Type.Object(
  {
    device: DeviceId,
    property: PropertyId,
    type: ValueType,
    decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 9 })),
    at: Type.Integer({ description: 'ms since 1970, when it was read' }),
    quality: Quality,
    value: Type.Unknown(),
  },
  { additionalProperties: false },
)
export type SubmittedReading = Static<typeof SubmittedReading>

const closed = { additionalProperties: false } as const

const ReadingsSubmission = Type.Object(
  { id: SubmissionId, readings: Type.Array(SubmittedReading, { minItems: 1, maxItems: MOST_READINGS }) },
  closed,
)
const EventSubmission = Type.Object({ id: SubmissionId, event: CloudEvent }, closed)
const EvidenceSubmission = Type.Object(
  {
    id: SubmissionId,
    evidence: Type.Object(
      {
        contentType: Type.String({ minLength: 1, maxLength: 100 }),
        at: Type.Integer({ description: 'ms since 1970, when it was taken' }),
        base64: Type.String({ minLength: 1, pattern: '^[A-Za-z0-9+/]*={0,2}$' }),
      },
      closed,
    ),
  },
  closed,
)
const StatusSubmission = Type.Object({ id: SubmissionId, status: Type.Literal(true) }, closed)

const CommandSubmission = Type.Object({ id: SubmissionId, command: Type.Unknown() }, closed)
const CameraSubmission = Type.Object({ id: SubmissionId, camera: Type.Unknown() }, closed)

/** What becomes records of the outbox. */
export type RecordSubmission = Static<
  typeof ReadingsSubmission | typeof EventSubmission | typeof EvidenceSubmission
>
export type Submission =
  | RecordSubmission
  | Static<typeof StatusSubmission | typeof CommandSubmission | typeof CameraSubmission>

/** By the field that tells what it is, so that a fault is named where it is and not as "none of six". */
export function checkSubmission(document: unknown): Submission {
  const says = (field: string) => typeof document === 'object' && document !== null && field in document
  if (says('event')) return check(EventSubmission, document, 'submission')
  if (says('evidence')) return check(EvidenceSubmission, document, 'submission')
  if (says('status')) return check(StatusSubmission, document, 'submission')
  if (says('command')) return check(CommandSubmission, document, 'submission')
  if (says('camera')) return check(CameraSubmission, document, 'submission')
  return check(ReadingsSubmission, document, 'submission')
}

export interface AcceptedRecord extends Accepted {
  readonly lane: Lane
}

export interface SubmissionError extends ErrorDocument {
  readonly retryable: boolean
  readonly accepted?: readonly AcceptedRecord[]
}

export type Answer =
  | { readonly id: SubmissionId | null; readonly accepted: readonly AcceptedRecord[] }
  | { readonly id: SubmissionId | null; readonly error: SubmissionError }
  | { readonly id: SubmissionId | null; readonly [figure: string]: unknown }
