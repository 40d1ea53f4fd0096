import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Picture, PpmReader } from './ppm-reader.ts'

const room = (bytes: number) => new Uint8Array(bytes)
/** Hands the bytes over as a pipe does: what has come, where there is room for it. */
function read(reader: PpmReader, bytes: Uint8Array) {
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + reader.room.length)
    reader.room.set(piece)
    reader.came(piece.length)
    at += piece.length
  }
}
const ppm = (width: number, height: number, fill: number) =>
  Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.alloc(width * height * 3, fill)])

test('pictures come out whole however the stream is cut, each with its own size', () => {
  const stream = Buffer.concat([ppm(4, 3, 1), ppm(1, 1, 2), ppm(5, 2, 3)])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (cuts) => {
      const pictures: Picture[] = []
      const reader = new PpmReader({ room, onPicture: (picture) => pictures.push(picture) })
      for (let at = 0, i = 0; at < stream.length; i++) {
        const end = at + (cuts[i % cuts.length] ?? 1)
        read(reader, stream.subarray(at, end))
        at = end
      }
      expect(pictures.map(({ width, height, rgb }) => [width, height, rgb.length, rgb[0]])).toEqual([
        [4, 3, 36, 1],
        [1, 1, 3, 2],
        [5, 2, 30, 3],
      ])
    }),
  )
})

test.each([`P5\n1 1\n255\n${'x'.repeat(40)}`, 'P6\n0 4\n255\n', 'P6\n99999 99999\n255\n', 'x'.repeat(100)])(
  'what is no picture is refused before memory is given to it: %j',
  (header) => {
    const reader = new PpmReader({ room, onPicture: () => {} })
    expect(() => read(reader, Buffer.from(header))).toThrow('something else')
  },
)
