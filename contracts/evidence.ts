import Type, { type Static } from 'typebox'
import { hashOf } from './point-table.ts'
import { MAX_RECORD_BYTES, Sha256 } from './record-key.ts'
import { check } from './schema.ts'
import { packFrame, undecodable, unpackFrame } from './wire-frame.ts'

/** One record of the evidence lane: a picture, or as much of a large one as a record may hold. */
export const EvidencePart = Type.Object(
  {
    object: Type.Unsafe<string>({ ...Sha256, description: 'sha256 of the whole object' }),
    contentType: Type.String({ minLength: 1, maxLength: 100 }),
    /** Bytes of the whole object. */
    size: Type.Integer({ minimum: 1, maximum: 1024 ** 3 }),
    part: Type.Integer({ minimum: 0 }),
    parts: Type.Integer({ minimum: 1, maximum: 4096 }),
    /** When the picture was taken, ms since 1970. */
    at: Type.Integer(),
  },
  { additionalProperties: false },
)
export type EvidencePart = Static<typeof EvidencePart>

/** Leaves room for the part's own description. */
const PART_BYTES = MAX_RECORD_BYTES - 1024

export function encodeEvidence(
  object: Uint8Array,
  facts: Pick<EvidencePart, 'contentType' | 'at'>,
): { sha256: string; records: Uint8Array[] } {
  const sha256 = hashOf(object)
  const parts = Math.max(1, Math.ceil(object.length / PART_BYTES))
  const records = Array.from({ length: parts }, (_, part) => {
    const description = { object: sha256, ...facts, size: object.length, part, parts }
    check(EvidencePart, description, 'evidence')
    const bytes = object.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)
    return packFrame(['evidence', sha256, facts.contentType, object.length, part, parts, facts.at, bytes])
  })
  return { sha256, records }
}

export function decodeEvidence(record: Uint8Array): { part: EvidencePart; bytes: Uint8Array } {
  const frame = unpackFrame(record, 'evidence')
  const description = {
    object: frame.text(),
    contentType: frame.text(),
    size: frame.integer(),
    part: frame.integer(),
    parts: frame.integer(),
    at: frame.integer(),
  }
  const bytes = frame.bytes()
  frame.end()
  const part = check(EvidencePart, description, 'evidence')
  const offset = part.part * PART_BYTES
  const expected = Math.min(PART_BYTES, part.size - offset)
  if (part.parts !== Math.ceil(part.size / PART_BYTES) || part.part >= part.parts) {
    throw undecodable(`is part ${part.part} of ${part.parts}, which does not suit ${part.size} bytes`)
  }
  if (bytes.length !== expected) {
    throw undecodable(`is part ${part.part} with other than ${expected} bytes`)
  }
  return { part, bytes }
}
