import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headersOf, identityFrom, messageId, type MessageIdentity } from './record-key.ts'

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const anyGateway = fc.stringMatching(/^[a-z0-9-]{1,64}$/)
const anyIdentity: fc.Arbitrary<MessageIdentity> = fc.oneof(
  fc.record({
    kind: fc.constant('record' as const),
    key: fc.record({
      gateway: anyGateway,
      lane: fc.constantFrom('events', 'evidence', 'telemetry'),
      epoch: hex(16),
      seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    }),
    sha256: hex(64),
  }),
  fc.record({ kind: fc.constant('table' as const), gateway: anyGateway, sha256: hex(64) }),
)

describe('the identity of a message', () => {
  it('comes out of the headers as it went in', () => {
    fc.assert(
      fc.property(anyIdentity, (identity) => {
        const headers = headersOf(identity)
        expect(identityFrom((name) => headers[name])).toEqual(identity)
      }),
    )
  })

  it.each([
    ['kind', ''],
    ['gateway', 'Gate.way'],
    ['lane', 'video'],
    ['epoch', '123'],
    ['seq', '0'],
    ['seq', '9999999999999999'],
    ['sha256', 'abc'],
  ])('is refused when %s is "%s"', (name, value) => {
    const headers: Record<string, string> = {
      kind: 'record',
      gateway: 'gw-1',
      lane: 'telemetry',
      epoch: '0123456789abcdef',
      seq: '1',
      sha256: 'a'.repeat(64),
      [name]: value,
    }
    expect(() => identityFrom((header) => headers[header])).toThrow(
      expect.objectContaining({ code: 'bad-input' }),
    )
  })

  it('gets another broker id at every attempt', () => {
    const key = { epoch: '0123456789abcdef', seq: 7 }
    expect(messageId(key, 1)).toBe('0123456789abcdef.7.1')
    expect(messageId(key, 2)).not.toBe(messageId(key, 1))
  })
})
