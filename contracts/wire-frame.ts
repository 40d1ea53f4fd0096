import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Encoder, decodeMulti } from '@msgpack/msgpack'
import { GanzhiError } from './error.ts'
import { MAX_RECORD_BYTES } from './record-key.ts'

/** First byte of everything binary on the wire; a body that starts otherwise is of a version we don't know. */
const FRAME_V1 = 1
/** 512 KiB of zstd could unpack to gigabytes; nothing that we make comes near this. */
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024

export type Field = number | string | Uint8Array | null

/**
 * A version byte, then one zstd frame around MessagePack values in a row. They are a flat list, never nested:
 * a hostile frame of a million brackets would cost a decoder of nested values gigabytes.
 */
export function packFrame(fields: readonly Field[]): Uint8Array {
  const encoder = new Encoder()
  const content = Buffer.concat(fields.map((field) => encoder.encode(field)))
  const packed = zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
  return Buffer.concat([Uint8Array.of(FRAME_V1), packed])
}

/** Reads the fields in the order in which they were packed; each is checked as it is taken. */
export interface FrameReader {
  integer(): number
  text(): string
  bytes(): Uint8Array
  optionalBytes(): Uint8Array | null
  /** Nothing may be left over. */
  end(): void
}

export function unpackFrame(frame: Uint8Array, kind: string): FrameReader {
  return openFrame(frame, kind)()
}

/** Decompressed once, read from the start as often as wanted. */
export function openFrame(frame: Uint8Array, kind: string): () => FrameReader {
  const content = contentOf(frame)
  return () => readFields(content, kind)
}

function contentOf(frame: Uint8Array): Uint8Array {
  if (frame[0] !== FRAME_V1) throw undecodable(`starts with byte ${frame[0] ?? 'nothing'}, not ${FRAME_V1}`)
  if (frame.length > MAX_RECORD_BYTES)
    throw undecodable(`has ${frame.length} bytes, over ${MAX_RECORD_BYTES}`)
  try {
    return zstdDecompressSync(frame.subarray(1), { maxOutputLength: MAX_UNPACKED_BYTES })
  } catch (cause) {
    throw undecodable('is not a zstd frame', cause)
  }
}

function readFields(content: Uint8Array, kind: string): FrameReader {
  const fields = decodeMulti(content, { maxArrayLength: 0, maxMapLength: 0, maxExtLength: 0 })
  const step = (): IteratorResult<unknown, void> => {
    try {
      return fields.next()
    } catch (cause) {
      throw undecodable('is not MessagePack', cause)
    }
  }
  const next = (): unknown => {
    const { value, done } = step()
    if (done === true) throw undecodable('ends too early')
    return value
  }
  const reader: FrameReader = {
    integer: () => expectField(next(), Number.isSafeInteger, 'a whole number') as number,
    text: () => expectField(next(), (field) => typeof field === 'string', 'a text') as string,
    bytes: () => expectField(next(), (field) => field instanceof Uint8Array, 'bytes') as Uint8Array,
    optionalBytes: () =>
      expectField(
        next(),
        (field) => field === null || field instanceof Uint8Array,
        'bytes',
      ) as Uint8Array | null,
    end: () => {
      if (step().done !== true) throw undecodable('goes on after its end')
    },
  }
  const found = reader.text()
  if (found !== kind) throw undecodable(`is a ${found.slice(0, 20)}, not a ${kind}`)
  return reader
}

function expectField(field: unknown, is: (field: unknown) => boolean, what: string): unknown {
  if (is(field)) return field
  throw undecodable(`has ${typeof field} where ${what} should stand`)
}

export function undecodable(what: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`body ${what}`, {
    code: 'undecodable',
    blame: 'outside',
    field: 'body',
    remedy: 'Check the sender: the format is in docs/contracts/.',
    cause,
  })
}
