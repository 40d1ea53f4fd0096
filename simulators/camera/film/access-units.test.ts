import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accessUnitCutter, type CodedPicture } from './access-units.ts'

function cut(...chunks: Buffer[]): CodedPicture[] {
  const pictures: CodedPicture[] = []
  const cutter = accessUnitCutter((picture) => pictures.push(picture))
  for (const chunk of chunks) cutter.push(chunk)
  cutter.end()
  return pictures
}

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const inHex = (pictures: CodedPicture[]) =>
  pictures.map(({ key, parts }) => ({ key, parts: parts.map((part) => part.toString('hex')) }))

const STREAM = bytes(
  '00000001 09f0 000001 67aa 00000001 68bb 000001 0605ff80 000001 65cc00dd 00000001 09f0 000001 41ee 000001 41ff00',
)

test('a stream is cut into pictures, without delimiters, start codes, SEI and trailing zeros', () => {
  expect(inHex(cut(STREAM))).toEqual([
    { key: true, parts: ['67aa', '68bb', '65cc00dd'] },
    { key: false, parts: ['41ee', '41ff'] },
  ])
})

test('how the stream is chopped on its way makes no difference', () => {
  const whole = inHex(cut(STREAM))
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length]
      const chunks = at.slice(1).map((to, i) => STREAM.subarray(at[i], to))
      expect(inHex(cut(...chunks))).toEqual(whole)
    }),
  )
})

test('bytes before the first start code, and no bytes at all, are no picture', () => {
  expect(cut(bytes('ffff'), bytes('ff'))).toEqual([])
  expect(cut()).toEqual([])
})
