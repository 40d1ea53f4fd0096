import { expect, test } from 'vitest'
import { hostsIn } from './host-range.ts'

test('a network leaves out its own and its broadcast address', () => {
  expect(hostsIn('192.168.1.77/29')).toEqual([73, 74, 75, 76, 77, 78].map((last) => `192.168.1.${last}`))
  expect(hostsIn('10.0.0.8/32')).toEqual(['10.0.0.8'])
})

test('a range has both its ends, and goes over the end of a network', () => {
  expect(hostsIn('10.0.0.9-11')).toEqual(['10.0.0.9', '10.0.0.10', '10.0.0.11'])
  expect(hostsIn('10.0.0.254-10.0.1.1')).toEqual(['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1'])
})

test('a name, an address and what has a dash in its name are one host', () => {
  for (const host of ['plc', 'pump-7.local', '10.0.0.1', 'fe80::1']) expect(hostsIn(host)).toEqual([host])
})

test.each(['10.0.0.9-8', '10.0.0.0/8', '10.0.0.0/33', '10.0.0.1-300', '10.0.0.0/x'])(
  '%s is refused: backwards, too large or no range',
  (text) => expect(() => hostsIn(text)).toThrow(/no range of addresses/),
)
