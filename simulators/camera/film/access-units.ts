/** A picture as it goes out. */
export interface CodedPicture {
  /** Decoding can begin here. */
  readonly key: boolean
  /** Its NAL units without start codes, or the one JPEG. */
  readonly parts: readonly Buffer[]
}

const START = Buffer.from([0, 0, 1])
const IDR = 5
const SEI = 6
const DELIMITER = 9

/**
 * Cuts a byte stream (ISO/IEC 14496-10 Annex B) whose pictures begin with an access unit delimiter. Delimiters and SEI
 * are left out: RTP has its own marks, and an encoder's advertisement is no part of a picture.
 */
export function accessUnitCutter(picture: (coded: CodedPicture) => void): {
  push(chunk: Buffer): void
  end(): void
} {
  let rest: Buffer = Buffer.alloc(0)
  let scanned = 0
  /** Where the NAL unit that is being received begins in `rest`. */
  let begin = -1
  let parts: Buffer[] = []

  const deliver = () => {
    if (parts.length > 0) picture({ key: parts.some((nal) => nalType(nal) === IDR), parts })
    parts = []
  }
  const take = (nal: Buffer) => {
    if (nal.length === 0) return
    const type = nalType(nal)
    if (type === DELIMITER) deliver()
    else if (type !== SEI) parts.push(Buffer.from(nal))
  }
  return {
    push(chunk) {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const at = rest.indexOf(START, scanned)
        if (at === -1) break
        if (begin !== -1) take(withoutZeros(rest.subarray(begin, at)))
        begin = at + START.length
        scanned = begin
      }
      if (begin > 0) {
        rest = rest.subarray(begin)
        begin = 0
      }
      // A start code may straddle two chunks.
      scanned = Math.max(begin, rest.length - START.length + 1, 0)
    },
    end() {
      if (begin !== -1) take(withoutZeros(rest.subarray(begin)))
      deliver()
    },
  }
}

export function nalType(nal: Buffer): number {
  return (nal[0] ?? 0) & 0x1f
}

/** The zero before a start code of four bytes, and trailing zeros, belong to no NAL unit. */
function withoutZeros(nal: Buffer): Buffer {
  let end = nal.length
  while (end > 0 && nal[end - 1] === 0) end -= 1
  return nal.subarray(0, end)
}
