import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReadRequest } from './request.ts'
import { type Received, RtuReception } from './rtu-reception.ts'
import { UnitDebts } from './unit-debts.ts'

const TWO: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 2 }
const ANSWER = '01 03 04 3f80 0000 f7cf'
const OTHER_UNIT = '0a 03 02 0007 5c47'

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

function setUp() {
  const debts = new UnitDebts()
  const discarded: string[] = []
  const reception = new RtuReception(TWO, {
    echo: 'unknown',
    judge: (awaited, { pdu }, frame) => (awaited ? debts.judge(awaited, pdu, frame) : 'foreign'),
    discarded: (why) => void discarded.push(why),
  })
  return { reception, discarded }
}

function told(received: Received | undefined): string {
  if (received?.kind === 'failed') return received.error.code
  return received?.kind === 'answer' && received.reply.kind === 'data'
    ? Buffer.from(received.reply.bytes).toString('hex')
    : String(received?.kind)
}

test.each([
  ['alone', ANSWER],
  ['after stray bytes of a line that is just being driven', `ff 00 f8 ${ANSWER}`],
  ['after a frame of another unit', `${OTHER_UNIT} ${ANSWER}`],
  ['after the echo of the request', `01 03 0000 0002 c40b ${ANSWER}`],
])('an answer %s is found, in whatever pieces it comes', (_, hex) => {
  const whole = bytes(hex)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: whole.length })), (cuts) => {
      const { reception } = setUp()
      const ends = [...new Set([...cuts, whole.length])].sort((a, b) => a - b)
      let from = 0
      const outcomes = ends.map((end) => {
        const received = reception.push(whole.subarray(from, end))
        from = end
        return received
      })
      expect(outcomes.slice(0, -1)).toEqual(outcomes.slice(0, -1).map(() => undefined))
      expect(told(outcomes.at(-1))).toBe('3f800000')
    }),
  )
})

test('what comes behind the answer is left for whoever looks', () => {
  const { reception } = setUp()
  expect(told(reception.push(bytes(`${ANSWER} 0a03`)))).toBe('3f800000')
  expect(reception.rest).toEqual(bytes('0a03'))
})

test.each([
  ['nothing', '', 'no-answer'],
  ['a little noise', 'fe fe', 'no-answer'],
  ['much noise', 'fe fe fe fe fe', 'bad-reply'],
  ['the beginning of an answer', '01 03 04 3f80', 'bad-reply'],
  ['the beginning of a frame of another unit', '0a 03 02', 'no-answer'],
  ['a right frame of another length', '01 03 02 0007 f986', 'bad-reply'],
  ['an answer in which one bit is wrong', '01 03 04 3f81 0000 f7cf', 'bad-reply'],
  ['an answer behind more stray bytes than a line gives up by itself', `ff ff ff ff ${ANSWER}`, 'bad-reply'],
])('after %s the request fails for the right reason', (_, hex, code) => {
  const { reception } = setUp()
  const received = hex === '' ? undefined : reception.push(bytes(hex))
  expect(told(received ?? reception.end(1_000))).toBe(code)
})
