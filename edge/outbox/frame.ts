import { crc32 } from 'node:zlib'
import { MAX_RECORD_BYTES, type Epoch, type Lane } from '@ganzhi/contracts/record-key'

/**
 * A segment is a row of frames. Each starts with the segment's own random marker, so that reading can go on behind
 * damage, and neither a body nor the leftovers of another file can be taken for a frame.
 *
 *   0 marker  8 epoch  16 kind  17 lane  20 body length  24 seq  32 at  40 sha256  72 table  104 body crc  108 header crc  112 body
 */
export const HEADER_BYTES = 112
export const MARKER_BYTES = 8
export const MAX_BODY_BYTES = MAX_RECORD_BYTES

/**
 * `record` and `gap` are numbered. `table` is a point table, named by `sha256`. `mark` says that everything up to `seq`
 * was synced when it was written: what is damaged below it was accepted and has rotted, what is damaged above it is a
 * torn write. `index` closes a segment.
 */
const KINDS = ['record', 'gap', 'table', 'mark', 'index'] as const
export type FrameKind = (typeof KINDS)[number]
const LANE_CODES: readonly Lane[] = ['events', 'evidence', 'telemetry']

export interface FrameHeader {
  readonly kind: FrameKind
  readonly lane: Lane
  readonly epoch: Epoch
  readonly seq: number
  /** Wall time of the hand-in, ms since 1970; for a mark the outbox's running time. */
  readonly at: number
  readonly sha256: string
  readonly table?: string
}

export interface MeasuredHeader extends FrameHeader {
  readonly bodyBytes: number
  readonly bodyCrc: number
}

const NO_HASH = '0'.repeat(64)
export const NO_BODY = new Uint8Array(0)

export function encodeFrame(marker: Uint8Array, header: FrameHeader, body: Uint8Array = NO_BODY): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + body.length)
  frame.set(marker, 0)
  frame.write(header.epoch, 8, 'hex')
  frame.writeUInt8(KINDS.indexOf(header.kind), 16)
  frame.writeUInt8(LANE_CODES.indexOf(header.lane), 17)
  frame.writeUInt32LE(body.length, 20)
  frame.writeDoubleLE(header.seq, 24)
  frame.writeDoubleLE(header.at, 32)
  frame.write(header.sha256, 40, 'hex')
  frame.write(header.table ?? NO_HASH, 72, 'hex')
  frame.writeUInt32LE(crc32(body), 104)
  frame.writeUInt32LE(crc32(frame.subarray(0, 108)), 108)
  frame.set(body, HEADER_BYTES)
  return frame
}

/** Undefined unless every byte of the header is as it was written. */
export function decodeHeader(marker: Uint8Array, bytes: Buffer): MeasuredHeader | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MARKER_BYTES).equals(marker)) return undefined
  if (crc32(bytes.subarray(0, 108)) !== bytes.readUInt32LE(108)) return undefined
  const kind = KINDS[bytes.readUInt8(16)]
  const lane = LANE_CODES[bytes.readUInt8(17)]
  const bodyBytes = bytes.readUInt32LE(20)
  if (kind === undefined || lane === undefined || bodyBytes > MAX_BODY_BYTES) return undefined
  const table = bytes.toString('hex', 72, 104)
  return {
    kind,
    lane,
    epoch: bytes.toString('hex', 8, 16),
    seq: bytes.readDoubleLE(24),
    at: bytes.readDoubleLE(32),
    sha256: bytes.toString('hex', 40, 72),
    ...(table === NO_HASH ? {} : { table }),
    bodyBytes,
    bodyCrc: bytes.readUInt32LE(104),
  }
}
