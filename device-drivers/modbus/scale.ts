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
export function scaled(raw: Raw, { scale = 1, offset = 0, decimals, float }: Scale): Raw {
  if (scale === 1 && offset === 0 && (!float || decimals === undefined)) return raw
  const value = Number(raw) * scale + offset
  if (float) return decimals === undefined ? value : roundTo(value, decimals)
  const exact = roundTo(value, Math.max(decimalsOf(scale), decimalsOf(offset)))
  return decimals === undefined ? exact : roundTo(exact, decimals)
}

/** The raw number that is nearest to `value`; whole, unless raw is a float. */
export function unscaled(value: Raw, { scale = 1, offset = 0, float }: Scale): Raw {
  if (typeof value === 'bigint' && scale === 1 && offset === 0) return value
  const raw = (Number(value) - offset) / scale
  return float ? raw : Math.round(raw) + 0
}
