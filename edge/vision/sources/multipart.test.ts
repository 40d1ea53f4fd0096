import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MultipartReader, NotMultipart } from './multipart.ts'

const pictures = [Buffer.from('first'), Buffer.from('a longer second one\r\n'), Buffer.alloc(3_000, 7)]

const withLengths = Buffer.concat(
  pictures.map((picture) =>
    Buffer.concat([
      Buffer.from(`--cut\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`),
      picture,
      Buffer.from('\r\n'),
    ]),
  ),
)
const withoutLengths = Buffer.concat([
  ...pictures.map((picture) =>
    Buffer.concat([Buffer.from('--cut\r\nContent-Type: image/jpeg\r\n\r\n'), picture, Buffer.from('\r\n')]),
  ),
  Buffer.from('--cut\r\n'),
])

test.each([
  ['lengths', withLengths, 'cut'],
  ['boundaries only', withoutLengths, 'cut'],
  ['dashes in the header', withLengths, '--cut'],
])('parts with %s come out whole however they arrive', (_, stream, boundary) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (cuts) => {
      const reader = new MultipartReader(boundary)
      const parts: Buffer[] = []
      for (let at = 0, i = 0; at < stream.length; i++) {
        const end = at + (cuts[i % cuts.length] ?? 1)
        parts.push(...reader.push(stream.subarray(at, end)))
        at = end
      }
      expect(parts.map(String)).toEqual(pictures.map(String))
    }),
  )
})

test('a stream without boundaries is given up soon', () => {
  expect(() => new MultipartReader('cut').push(Buffer.alloc(10_000, 1))).toThrow(NotMultipart)
})

test('a picture that says it has a gigabyte is refused before it comes', () => {
  const header = Buffer.from('--cut\r\nContent-Length: 999999999\r\n\r\n')
  expect(() => new MultipartReader('cut').push(header)).toThrow('too long')
})
