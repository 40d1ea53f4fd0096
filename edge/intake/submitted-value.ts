import type { Json, Value, ValueType } from '@ganzhi/contracts/reading'

const FLOATS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** What JSON can't say directly; anything else stays as it is, and the batch's encoder judges it. */
export function submittedValue(type: ValueType, value: unknown): Value {
  if (type === 'float') {
    const name = inner(value, 'float')
    if (name !== undefined && name in FLOATS) return FLOATS[name] as number
  }
  if (type === 'integer') {
    const digits = inner(value, 'integer')
    if (digits !== undefined && /^-?\d{1,100}$/.test(digits)) return shortest(BigInt(digits))
  }
  return value as Json
}

function inner(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined
  const text: unknown = (value as Record<string, unknown>)[key]
  return typeof text === 'string' ? text : undefined
}

function shortest(integer: bigint): number | bigint {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}
