import { GanzhiError } from '@ganzhi/contracts/error'
import { isIPv4 } from 'node:net'

/** A range that is larger is a slip of the finger, or a network that is not the installer's. */
const MOST_HOSTS = 4_096

/** `10.0.0.0/24`, `10.0.0.1-50`, `10.0.0.1-10.0.1.9`; anything else is the name of one host. */
export function hostsIn(text: string): readonly string[] {
  const [first = '', mask] = text.split('/')
  if (mask !== undefined && isIPv4(first)) return network(first, mask, text)
  const [low = '', high] = text.split('-')
  if (high === undefined || !isIPv4(low)) return [text]
  const last = isIPv4(high) ? high : `${low.slice(0, low.lastIndexOf('.'))}.${high}`
  if (!isIPv4(last)) throw refused(text)
  return between(numberOf(low), numberOf(last), text)
}

function network(address: string, mask: string, text: string): string[] {
  const bits = Number(mask)
  if (!/^\d+$/.test(mask) || bits > 32) throw refused(text)
  const size = 2 ** (32 - bits)
  const start = Math.floor(numberOf(address) / size) * size
  // The network and its broadcast address are nobody's; 31 and 32 bits have neither (RFC 3021).
  return bits >= 31 ? between(start, start + size - 1, text) : between(start + 1, start + size - 2, text)
}

function between(low: number, high: number, text: string): string[] {
  const count = high - low + 1
  if (count < 1 || count > MOST_HOSTS) throw refused(text)
  return Array.from({ length: count }, (_, i) => addressOf(low + i))
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0)
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}

function refused(text: string): GanzhiError {
  return new GanzhiError(`${text} 不是地址范围 is no range of addresses`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'tcp',
    remedy: `Write 192.168.1.0/24, 192.168.1.10-50 or 192.168.1.10; at most ${MOST_HOSTS} addresses.`,
  })
}
