import { crc32 } from 'node:zlib'
import { codeOf, type DiskFile } from './disk.ts'
import { decodeHeader, HEADER_BYTES, MAX_BODY_BYTES, type MeasuredHeader } from './frame.ts'

export interface ScannedFrame {
  readonly header: MeasuredHeader
  readonly offset: number
  readonly end: number
  /** Undefined when it does not match its checksum. A view that the next step overwrites. */
  readonly body: Uint8Array | undefined
}

const SECTOR_BYTES = 4096
/** What is given up here is named as lost for good, so a passing fault must have passed. */
const READ_ATTEMPTS = 4

/**
 * The frames of a file between two offsets, read in big pieces. Damage is passed over: it shows as a missing body, or
 * as a jump from one frame's end to the next one's offset.
 */
export async function* scanFrames(
  file: DiskFile,
  marker: Uint8Array,
  from: number,
  to: number,
  pieceBytes: number,
): AsyncGenerator<ScannedFrame> {
  const window = slidingWindow(file, from, to, pieceBytes)
  let offset = from
  while (offset + HEADER_BYTES <= to) {
    const head = await window(offset, HEADER_BYTES)
    const header = decodeHeader(marker, head)
    const end = offset + HEADER_BYTES + (header?.bodyBytes ?? 0)
    if (header && end <= to) {
      const frame = await window(offset, end - offset)
      const body = frame.subarray(HEADER_BYTES)
      yield { header, offset, end, body: crc32(body) === header.bodyCrc ? body : undefined }
      offset = end
    } else {
      offset = await nextMarker(window, marker, offset + 1, to)
    }
  }
}

type Window = (offset: number, bytes: number) => Promise<Buffer>

function slidingWindow(file: DiskFile, from: number, to: number, pieceBytes: number): Window {
  const buffer = Buffer.allocUnsafeSlow(
    Math.min(Math.max(0, to - from), pieceBytes + HEADER_BYTES + MAX_BODY_BYTES),
  )
  let start = from
  let filled = 0
  return async (offset, bytes) => {
    if (offset + bytes > start + filled) {
      const kept = Math.max(0, start + filled - offset)
      buffer.copyWithin(0, filled - kept, filled)
      const wanted = Math.min(Math.max(bytes, pieceBytes), to - offset, buffer.length) - kept
      filled = kept + (await readSalvaging(file, buffer.subarray(kept, kept + wanted), offset + kept))
      start = offset
    }
    const at = offset - start
    return buffer.subarray(at, Math.min(at + bytes, filled))
  }
}

async function nextMarker(window: Window, marker: Uint8Array, from: number, to: number): Promise<number> {
  for (let offset = from; offset + HEADER_BYTES <= to; offset += SECTOR_BYTES) {
    // Overlapping, so that a marker across the border is seen.
    const piece = await window(offset, Math.min(SECTOR_BYTES + marker.length - 1, to - offset))
    const found = piece.indexOf(marker)
    if (found !== -1) return offset + found
  }
  return to
}

/** One unreadable sector must not take its whole file with it: it reads as zeros, which no checksum matches. */
async function readSalvaging(file: DiskFile, into: Buffer, position: number): Promise<number> {
  try {
    return await file.read(into, position)
  } catch (error) {
    if (codeOf(error) !== 'EIO') throw error
  }
  let done = 0
  while (done < into.length) {
    const piece = into.subarray(done, done + SECTOR_BYTES)
    const read = await readSector(file, piece, position + done)
    if (read === 0) break
    done += read
  }
  return done
}

async function readSector(file: DiskFile, into: Buffer, position: number): Promise<number> {
  for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
    try {
      return await file.read(into, position)
    } catch (error) {
      if (codeOf(error) !== 'EIO') throw error
    }
  }
  into.fill(0)
  return into.length
}
