import { bitsOf, type NumberType } from '@ganzhi/contracts/profile'

/** What registers hold before scale and meaning; an integer beyond 2^53 is a bigint. */
export type Raw = number | bigint

/** Reads what stands in `bytes` at each call, the most significant first; nothing where they hold no number. */
export function rawReader(type: NumberType, bytes: Uint8Array): () => Raw | undefined {
  if (isBcd(type)) {
    return () => {
      const digits = Buffer.from(bytes).toString('hex')
      return /^\d+$/.test(digits) ? narrow(BigInt(digits)) : undefined
    }
  }
  const read = READ[type]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return () => read(view)
}

/** `raw` lies within `rawRange`. */
export function writeRaw(type: NumberType, raw: Raw): Uint8Array {
  const bytes = new Uint8Array(bitsOf(type) / 8)
  if (isBcd(type)) return Buffer.from(String(raw).padStart(bytes.length * 2, '0'), 'hex')
  const view = new DataView(bytes.buffer)
  if (type === 'float32') view.setFloat32(0, Number(raw))
  else if (type === 'float64') view.setFloat64(0, Number(raw))
  else {
    const whole = BigInt.asUintN(64, BigInt(raw))
    for (let i = bytes.length - 1, rest = whole; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  }
  return bytes
}

/** Lowest and highest that the type holds. */
export function rawRange(type: NumberType): readonly [bigint, bigint] | readonly [number, number] {
  const bits = BigInt(bitsOf(type))
  if (type === 'float32') return [-FLOAT32_MAX, FLOAT32_MAX]
  if (type === 'float64') return [-Number.MAX_VALUE, Number.MAX_VALUE]
  if (isBcd(type)) return [0n, 10n ** (bits / 4n) - 1n]
  if (type.startsWith('u')) return [0n, 2n ** bits - 1n]
  return [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
}

export function isFloat(type: NumberType): boolean {
  return type === 'float32' || type === 'float64'
}

export function narrow(whole: bigint): Raw {
  const number = Number(whole)
  return Number.isSafeInteger(number) ? number : whole
}

type BcdType = 'bcd16' | 'bcd32' | 'bcd64'

function isBcd(type: NumberType): type is BcdType {
  return type.startsWith('bcd')
}

const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127

const READ: Record<Exclude<NumberType, BcdType>, (view: DataView) => Raw> = {
  int16: (view) => view.getInt16(0),
  uint16: (view) => view.getUint16(0),
  int32: (view) => view.getInt32(0),
  uint32: (view) => view.getUint32(0),
  int64: (view) => narrow(view.getBigInt64(0)),
  uint64: (view) => narrow(view.getBigUint64(0)),
  float32: (view) => view.getFloat32(0),
  float64: (view) => view.getFloat64(0),
}
