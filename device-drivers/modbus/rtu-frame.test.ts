import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReadRequest, Request } from './request.ts'
import { crc16, rtuReplyLength, rtuRequest, takeRtuFrame } from './rtu-frame.ts'

const TWO: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 2 }

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

test('the CRC is that of the worked example in the serial line guide', () => {
  // MSL 6.2.2: 02 07 is followed by 41 12.
  expect(crc16(bytes('02 07'))).toBe(0x1241)
})

test('a request carries its CRC, low byte first', () => {
  expect(rtuRequest({ ...TWO, unit: 17, address: 107, count: 3 })).toEqual(bytes('11 03 006b 0003 7687'))
})

test.each<[Request, number]>([
  [TWO, 9],
  [{ ...TWO, table: 'coil', count: 19 }, 8],
  [{ kind: 'write-register', unit: 1, address: 0, bytes: bytes('0001') }, 8],
  [{ kind: 'mask-register', unit: 1, address: 0, and: 0, or: 0 }, 10],
])('the answer to %o has %i bytes', (request, length) => {
  expect(rtuReplyLength(request)).toBe(length)
})

test('a reply is whole when it is as long as its function and byte count say, and no sooner', () => {
  const reply = bytes('01 03 04 3f80 0000 f7cf')
  for (let cut = 0; cut < reply.length; cut++) {
    expect(takeRtuFrame(reply.subarray(0, cut))).toEqual({ kind: 'partial' })
  }
  const frame = { unit: 1, pdu: bytes('03 04 3f80 0000') }
  expect(takeRtuFrame(reply)).toEqual({ kind: 'frame', frame, length: 9 })
  expect(takeRtuFrame(Buffer.concat([reply, bytes('ffff')]))).toMatchObject({ kind: 'frame', length: 9 })
})

test.each([
  ['a function nobody asks for', '01 2b 0e'],
  ['the unit of a broadcast', '00 03 02'],
  ['a byte count beyond the longest reply', '01 03 fc'],
  ['no data', '01 03 00'],
  ['a wrong CRC', '01 03 02 0007 f847'],
])('what begins with %s is corrupt', (_, hex) => {
  expect(takeRtuFrame(bytes(hex))).toEqual({ kind: 'corrupt' })
})

test('no burst of up to 16 bits is overlooked, and no bytes crash the reader', () => {
  const right = bytes('01 03 04 3f80 0000 f7cf')
  const burst = fc.tuple(fc.nat(right.length * 8 - 16), fc.integer({ min: 1, max: 0xffff }))
  fc.assert(
    fc.property(burst, ([at, pattern]) => {
      const wrong = Uint8Array.from(right)
      for (let bit = 0; bit < 16; bit++) {
        if (pattern & (1 << bit)) wrong[(at + bit) >> 3]! ^= 1 << ((at + bit) & 7)
      }
      expect(takeRtuFrame(wrong).kind).not.toBe('frame')
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => void takeRtuFrame(noise)))
})
