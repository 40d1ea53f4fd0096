import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chosenTransport } from './transport.ts'

test.each([
  ['RTP/AVP/TCP;unicast;interleaved=2-3', { kind: 'interleaved', rtp: 2, rtcp: 3 }],
  ['RTP/AVP/TCP', { kind: 'interleaved', rtp: 0, rtcp: 1 }],
  ['RTP/AVP;unicast;client_port=5000-5001', { kind: 'udp', rtp: 5_000, rtcp: 5_001 }],
  ['RTP/AVP/UDP;unicast;client_port=5000;mode=play', { kind: 'udp', rtp: 5_000, rtcp: 5_001 }],
  ['RTP/AVP;multicast;client_port=5000-5001, RTP/AVP/TCP;unicast', { kind: 'interleaved', rtp: 0, rtcp: 1 }],
  ['RTP/SAVP;unicast;client_port=5000-5001', undefined],
  ['RTP/AVP;unicast', undefined],
  ['RTP/AVP;unicast;client_port=0-1', undefined],
  ['RTP/AVP;unicast;client_port=65535', undefined],
  ['RTP/AVP/TCP;interleaved=255-256', undefined],
  ['', undefined],
])('of "%s" it takes %j', (header, transport) => {
  expect(chosenTransport(header)).toEqual(transport)
})

test('whatever is asked for, ports and channels stay in their range', () => {
  const parts = fc.constantFrom(
    'RTP/AVP',
    'RTP/AVP/TCP',
    ';unicast',
    ';client_port=',
    ';interleaved=',
    '-',
    ',',
    '65535',
    '99999',
    '-1',
  )
  fc.assert(
    fc.property(fc.array(parts), (words) => {
      const transport = chosenTransport(words.join(''))
      if (!transport) return
      expect(transport.rtcp).toBeLessThanOrEqual(transport.kind === 'udp' ? 65_535 : 255)
    }),
  )
})
