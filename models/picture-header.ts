export interface PictureHeader {
  readonly format: 'JPEG' | 'PNG' | 'WebP'
  readonly width: number
  readonly height: number
  /** Whether its end is there: decoders fill up what is missing with grey and say nothing. */
  readonly complete: boolean
}

/** What a picture's first and last bytes say, before anything is decoded. */
export function pictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return jpeg(view) ?? png(view) ?? webp(view)
  } catch (error) {
    // Read past the end: too short to be any of them.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** ITU-T T.81 B.1.1.2: segments from SOI on, each with its length, until a frame header. */
function jpeg(view: DataView): PictureHeader | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined
  let at = 2
  for (;;) {
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++
    const marker = view.getUint8(at + 1)
    if (isFrameHeader(marker)) break
    at += 2 + view.getUint16(at + 2)
  }
  return {
    format: 'JPEG',
    width: view.getUint16(at + 7),
    height: view.getUint16(at + 5),
    complete: endsIn(view, [0xff, 0xd9]),
  }
}

/** Cameras may put zeros, or a little of their own, behind the end. */
function endsIn(view: DataView, mark: readonly number[]): boolean {
  const earliest = Math.max(0, view.byteLength - 4_096)
  for (let at = view.byteLength - mark.length; at >= earliest; at--) {
    if (mark.every((byte, i) => view.getUint8(at + i) === byte)) return true
  }
  return false
}

const PNG = 0x89504e47
const IEND = [0x49, 0x45, 0x4e, 0x44]

function png(view: DataView): PictureHeader | undefined {
  if (view.getUint32(0) !== PNG) return undefined
  return {
    format: 'PNG',
    width: view.getUint32(16),
    height: view.getUint32(20),
    complete: endsIn(view, IEND),
  }
}

const tag = (view: DataView, at: number) =>
  String.fromCharCode(...Array.from({ length: 4 }, (_, i) => view.getUint8(at + i)))

/** RFC 9649: three kinds of first chunk, each with its size elsewhere. */
function webp(view: DataView): PictureHeader | undefined {
  if (tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WEBP') return undefined
  const complete = view.byteLength >= view.getUint32(4, true) + 8
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536
  switch (tag(view, 12)) {
    case 'VP8 ':
      return {
        format: 'WebP',
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
        complete,
      }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { format: 'WebP', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, complete }
    }
    case 'VP8X':
      return { format: 'WebP', width: uint24(24) + 1, height: uint24(27) + 1, complete }
    default:
      return undefined
  }
}
