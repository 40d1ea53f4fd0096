import fc from 'fast-check'
import { expect, test } from 'vitest'
import { payloadsOf } from './h264-payload.ts'

test('a NAL unit that fits is sent as it is', () => {
  const nal = Buffer.from('65010203', 'hex')
  expect(payloadsOf(nal, 4)).toEqual([nal])
})

test('one that does not is sent in fragments: indicator, header with first and last marked, and its bytes', () => {
  const nal = Buffer.from('65010203040506', 'hex')
  expect(payloadsOf(nal, 5).map((payload) => payload.toString('hex'))).toEqual(['7c85010203', '7c45040506'])
})

test('of any NAL unit the fragments are small enough and make up the whole', () => {
  const nals = fc.uint8Array({ minLength: 1, maxLength: 5_000 })
  fc.assert(
    fc.property(nals, fc.integer({ min: 3, max: 1_500 }), (array, max) => {
      const nal = Buffer.from(array)
      const payloads = payloadsOf(nal, max)
      expect(payloads.every(({ length }) => length <= max)).toBe(true)
      if (payloads.length === 1) return
      const headers = payloads.map((payload) => payload.readUInt8(1))
      expect(headers.map((header) => header >> 6)).toEqual(
        payloads.map((_, i) => (i === 0 ? 2 : i === payloads.length - 1 ? 1 : 0)),
      )
      const header = (payloads[0]!.readUInt8(0) & 0xe0) | (headers[0]! & 0x1f)
      const whole = Buffer.concat([Buffer.from([header]), ...payloads.map((payload) => payload.subarray(2))])
      expect(whole.equals(nal)).toBe(true)
    }),
  )
})
