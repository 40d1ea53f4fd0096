import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkReply, encodeRequest } from './codec.ts'
import { takeTcpFrame, type TcpFrame, tcpFrame } from './mbap.ts'
import type { ReadRequest } from './request.ts'

interface Fixture {
  spec: string
  request: ReadRequest
  transaction: number
  requestHex: string
  replyHex: string
  dataHex: string
}

const fixtures = JSON.parse(
  readFileSync(new URL('fixtures/reads.json', import.meta.url), 'utf8'),
) as Fixture[]

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

function frameOf(hex: string): TcpFrame {
  const taken = takeTcpFrame(bytes(hex))
  if (!taken) throw new Error(`${hex} is not whole`)
  return taken.frame
}

test('all four reads of the spec are among the fixtures', () => {
  expect(fixtures.map(({ request }) => request.table)).toEqual(['coil', 'discrete', 'holding', 'input'])
})

describe.each(fixtures)('$spec', ({ request, transaction, requestHex, replyHex, dataHex }) => {
  test('is asked for in the bytes of the spec', () => {
    const pdu = encodeRequest(request)
    expect(tcpFrame({ transaction, unit: request.unit, pdu })).toEqual(bytes(requestHex))
  })

  test('is understood when answered', () => {
    const frame = frameOf(replyHex)
    expect(frame).toMatchObject({ transaction, unit: request.unit })
    expect(checkReply(request, frame.pdu)).toEqual({ kind: 'data', bytes: bytes(dataHex) })
  })
})

test('frames are taken from a stream however it was cut', () => {
  const one = '0001 0000 0005 01 03 02 0007'
  const two = '0002 0000 0003 01 83 0b'
  const stream = bytes(one + two)
  for (let cut = 0; cut < 11; cut++) expect(takeTcpFrame(stream.subarray(0, cut))).toBeUndefined()
  const first = takeTcpFrame(stream)
  expect(first?.frame).toEqual({ transaction: 1, unit: 1, pdu: bytes('03 02 0007') })
  expect(takeTcpFrame(first?.rest ?? bytes(''))?.frame.transaction).toBe(2)
})

test.each([
  ['another protocol', '0001 0001 0005 01 03 02 0007'],
  ['a length without a PDU', '0001 0000 0002 01 03'],
  ['a length beyond the longest PDU', '0001 0000 00ff 01 03'],
])('a stream with %s is not Modbus', (_, hex) => {
  expect(() => takeTcpFrame(bytes(hex))).toThrow(expect.objectContaining({ code: 'bad-reply' }))
})

test('a longest frame is taken whole', () => {
  const stream = bytes(`0001 0000 00fd 01 03 fa ${'00'.repeat(250)}`)
  expect(takeTcpFrame(stream)?.frame.pdu).toHaveLength(252)
})

/** What a reply means by the letter of the spec, written without regard to the code under test. */
function isAnswer(stream: Uint8Array): boolean {
  return Buffer.from(stream.subarray(2, 9)).equals(Buffer.from([0, 0, 0, 7, 1, 3, 4])) && stream.length >= 13
}

test('no bytes crash the decoder, and none but a whole right reply become data', () => {
  const holding: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 2 }
  const right = bytes('0001 0000 0007 01 03 04 3f80 0000')
  const mutated = fc
    .array(fc.tuple(fc.nat(right.length - 1), fc.nat(255)), { maxLength: 3 })
    .chain((changes) =>
      fc.nat(right.length + 2).map((length) => {
        const frame = new Uint8Array(length)
        frame.set(right.subarray(0, length))
        for (const [at, byte] of changes) if (at < length) frame[at] = byte
        return frame
      }),
    )
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 300 })), (stream) => {
      let reply
      try {
        const taken = takeTcpFrame(stream)
        reply = taken?.frame.unit === 1 ? checkReply(holding, taken.frame.pdu) : undefined
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-reply' })
      }
      expect(reply?.kind === 'data').toBe(isAnswer(stream))
    }),
    { numRuns: 5_000 },
  )
})
