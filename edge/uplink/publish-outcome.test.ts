import { expect, test } from 'vitest'
import { outcomeOf } from './publish-outcome.ts'

const answer = (document: unknown) => outcomeOf(Buffer.from(JSON.stringify(document)), undefined)
const refusal = (err_code: number, code = 503) => answer({ error: { code, err_code, description: 'no' } })

test('an acknowledgement is one, known message or not', () => {
  expect(answer({ stream: 'TELEMETRY', seq: 7 }).kind).toBe('acked')
  expect(answer({ stream: 'TELEMETRY', seq: 7, duplicate: true }).kind).toBe('acked')
})

test.each([
  ['maximum messages or bytes exceeded', 10_077, 'full'],
  ['storage resources exceeded', 10_047, 'full'],
  ['message larger than the stream takes', 10_054, 'unfit'],
  ['jetstream not enabled', 10_076, 'unavailable'],
  ['stream not found', 10_059, 'unavailable'],
  ['an error of a later server', 10_999, 'unavailable'],
])('%s (%i) is "%s"', (_, code, reason) => {
  expect(refusal(code)).toMatchObject({ kind: 'refused', reason })
})

test('no responders means that no stream takes the subject', () => {
  expect(outcomeOf(new Uint8Array(), 503)).toMatchObject({ kind: 'refused', reason: 'unavailable' })
})

test.each(['', 'nonsense', 'null', '7', '{}', '{"error":null}', '{"error":7}'])(
  'an answer of %j is not taken for an acknowledgement',
  (text) => {
    expect(outcomeOf(Buffer.from(text), undefined)).toMatchObject({ kind: 'refused', reason: 'unavailable' })
  },
)
