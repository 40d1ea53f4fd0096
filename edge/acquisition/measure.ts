import type { Property } from '@ganzhi/contracts/profile'
import type { Quality, Value } from '@ganzhi/contracts/reading'
import { roundTo } from '@ganzhi/device-drivers/decimal'
import type { PointResult } from '@ganzhi/device-drivers/driver'

export interface Sample {
  /** ms since 1970, when it was read */
  readonly at: number
  readonly quality: Quality
  readonly value: Value
}

/** What a driver read, as the property's profile means it. */
export function measure(property: Property, result: PointResult): Sample {
  const at = result.readAt
  if (result.quality !== 'good') return { at, quality: result.quality, value: null }
  const value = typed(property, result.value)
  if (value === undefined) return { at, quality: 'bad-config', value: null }
  if (typeof value === 'number' && !Number.isFinite(value)) return { at, quality: 'uncertain', value: null }
  return { at, quality: withinRange(property, value) ? 'good' : 'uncertain', value }
}

function typed({ type, decimals }: Property, value: Value): Value | undefined {
  switch (type) {
    case 'float': {
      if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
      return decimals === undefined ? Number(value) : roundTo(Number(value), decimals)
    }
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value) ? value : undefined
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'text':
      return typeof value === 'string' ? value : undefined
    default:
      return value
  }
}

function withinRange({ range }: Property, value: Value): boolean {
  const [low = -Infinity, high = Infinity] = range ?? []
  return (typeof value !== 'number' && typeof value !== 'bigint') || (value >= low && value <= high)
}
