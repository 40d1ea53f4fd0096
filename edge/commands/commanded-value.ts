import type { Command, CommandStep } from '@ganzhi/contracts/command'
import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Property } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import { refusal } from './refusal.ts'

/** The value as the property has it, or a refusal that says what it may be. */
export function commandedValue(property: Property, value: Command['value']): Value {
  switch (property.type) {
    case 'float':
      if (typeof value === 'number') return inRange(property, value)
      throw wrong(value, '须为数字 must be a number')
    case 'integer':
      return oneOfLabels(property, inRange(property, integer(value)))
    case 'bool':
      if (typeof value === 'boolean') return value
      throw wrong(value, '须为 true 或 false must be true or false')
    case 'text':
      if (typeof value === 'string') return value
      throw wrong(value, '须为文本 must be a text')
    case 'json':
      throw refusal('not-writable', '此类型不可写 a property of type json is not written by a command', {
        field: 'property',
        remedy: '请选其他属性。 Choose another property.',
      })
  }
}

function integer(value: Command['value']): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  if (typeof value === 'string' && /^-?\d{1,30}$/.test(value)) {
    const digits = BigInt(value)
    return Number.isSafeInteger(Number(digits)) ? Number(digits) : digits
  }
  throw wrong(value, '须为整数 must be a whole number; beyond 2^53 a text of its digits')
}

function inRange<T extends number | bigint>({ range }: Property, value: T): T {
  const [lowest = -Infinity, highest = Infinity] = range ?? []
  if (value >= lowest && value <= highest) return value
  throw wrong(value, `须在 ${lowest} 与 ${highest} 之间 must be from ${lowest} to ${highest}`, 'out-of-range')
}

/** Where a profile says what whole numbers stand for, and no range, others stand for nothing. */
function oneOfLabels<T extends number | bigint>({ labels, range }: Property, value: T): T {
  if (!labels || range || String(value) in labels) return value
  const known = Object.entries(labels).map(([code, { zh, en }]) => `${code} ${zh} ${en}`)
  throw wrong(value, `须为其中之一 must be one of: ${known.join(', ')}`, 'out-of-range')
}

function wrong(value: Command['value'] | bigint, must: string, code = 'bad-value'): GanzhiError {
  return refusal(code, `值 value ${String(value)} ${must}`, {
    field: 'value',
    remedy: '请改正后用新的编号再下达。 Correct it and ask again, with a new id.',
  })
}

/** JSON has no integers beyond 2^53. */
export function shownValue(value: Value): NonNullable<CommandStep['value']> {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value)
}

/** Whether a value that was read back is the one that was written. */
export function hasValue(wanted: Value, found: Value, step: number | undefined): boolean {
  if (typeof wanted !== 'number' || typeof found !== 'number') return wanted === found
  // A float32 carries 24 bits; half a step either way is the same raw value.
  const tolerance = Math.max((step ?? 0) / 2, Math.abs(wanted) * 2 ** -23)
  return Math.abs(wanted - found) <= tolerance * (1 + 1e-9)
}
