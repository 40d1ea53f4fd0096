const END = Buffer.from([0xff, 0xd9])

/** Cuts JPEGs that follow one another; in the data of a baseline JPEG its end marker can't occur. */
export function jpegCutter(picture: (jpeg: Buffer) => void): { push(chunk: Buffer): void } {
  let rest: Buffer = Buffer.alloc(0)
  let scanned = 0
  return {
    push(chunk) {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const at = rest.indexOf(END, scanned)
        if (at === -1) break
        picture(Buffer.from(rest.subarray(0, at + END.length)))
        rest = rest.subarray(at + END.length)
        scanned = 0
      }
      scanned = Math.max(0, rest.length - 1)
    },
  }
}
