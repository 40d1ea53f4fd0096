import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkReply, encodeRequest } from './codec.ts'
import type { ReadRequest, Request } from './request.ts'

interface Fixture {
  spec: string
  request: Request
  requestHex: string
  replyHex: string
  dataHex: string
}

/** In the file, bytes of a request are hex as well. */
const fixtures = JSON.parse(
  readFileSync(new URL('fixtures/writes.json', import.meta.url), 'utf8'),
  (key, value: unknown) => (key === 'bytes' ? bytes(value as string) : value),
) as Fixture[]
const holding: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 2 }

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

test('all six writes of the spec are among the fixtures', () => {
  expect(fixtures.map(({ requestHex }) => Number.parseInt(requestHex.slice(0, 2), 16))).toEqual([
    5, 6, 15, 16, 22, 23,
  ])
})

describe.each(fixtures)('$spec', ({ request, requestHex, replyHex, dataHex }) => {
  test('is asked for in the bytes of the spec', () => {
    expect(encodeRequest(request)).toEqual(bytes(requestHex))
  })

  test('is understood when answered', () => {
    expect(checkReply(request, bytes(replyHex))).toEqual({ kind: 'data', bytes: bytes(dataHex) })
  })

  test('is not answered by a reply in which any byte before the data differs, or that is cut', () => {
    const right = bytes(replyHex)
    const head = dataHex === '' ? right.length : 2
    for (let at = 0; at < head; at++) {
      const wrong = right.map((byte, i) => (i === at ? byte ^ 0x01 : byte))
      expect(() => checkReply(request, wrong)).toThrow(expect.objectContaining({ code: 'bad-reply' }))
    }
    expect(() => checkReply(request, right.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'bad-reply' }),
    )
  })
})

test('an exception is told from data', () => {
  expect(checkReply(holding, bytes('83 02'))).toEqual({ kind: 'exception', code: 2 })
})

test.each([
  ['another function', '04 04 00000000'],
  ['an exception of another function', '84 02'],
  ['a byte count that is too small', '03 02 0000'],
  ['a byte count that is too large', '03 06 000000000000'],
  ['fewer bytes than it counts', '03 04 0000'],
  ['more bytes than it counts', '03 04 0000000000'],
  ['an exception with a byte too many', '83 02 00'],
])('a reply with %s is no answer', (_, hex) => {
  expect(() => checkReply(holding, bytes(hex))).toThrow(expect.objectContaining({ code: 'bad-reply' }))
})
