import { decimalsOf, roundTo } from '../decimal.ts'
import type { Raw } from './raw-number.ts'

export interface Scale {
  readonly scale?: number
  readonly offset?: number
  readonly decimals?: number
  /** Whether raw is a float, which keeps all it says. */
  readonly float: boolean
}

/** raw × scale + offset. A whole raw number has exactly the decimals of scale and offset, so 3 × 0.1 is 0.3. */
export function scaling({ scale = 1, offset = 0, decimals, float }: Scale): (raw: Raw) => Raw {
  if (scale === 1 && offset === 0 && (!float || decimals === undefined)) return (raw) => raw
  const sum = (raw: Raw) => Number(raw) * scale + offset
  if (float) return decimals === undefined ? sum : (raw) => roundTo(sum(raw), decimals)
  const exact = Math.max(decimalsOf(scale), decimalsOf(offset))
  if (decimals === undefined || decimals >= exact) return (raw) => roundTo(sum(raw), exact)
  return (raw) => roundTo(roundTo(sum(raw), exact), decimals)
}

/** The raw number that is nearest to `value`; whole, unless raw is a float. */
export function unscaled(value: Raw, { scale = 1, offset = 0, float }: Scale): Raw {
  if (typeof value === 'bigint' && scale === 1 && offset === 0) return value
  const raw = (Number(value) - offset) / scale
  return float ? raw : Math.round(raw) + 0
}
