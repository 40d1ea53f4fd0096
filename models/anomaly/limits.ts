import type { Limits } from './anomaly-card.ts'
import { quantile } from './quantile.ts'
import { SIGNS, type Signs, strangest } from './scoring.ts'

const NORMAL = 0.99
/** Below it a perfect memory of a few days would call every breath strange. */
const LEAST = 0.01
/** So many steps without any change may be chance. */
const LEAST_STILL = 2

/**
 * What 1 of 100 windows of normal data exceeds. Each sign of each property has its own limit; all are widened by one
 * factor, so that it is 1 of 100 for all of them together.
 */
export function limitsOf(
  normal: readonly (readonly Signs[])[],
  properties: number,
  window: number,
): Limits[] {
  const each = Array.from({ length: properties }, (_, p) => {
    const of = (sign: keyof Signs) =>
      quantile(
        normal.map((signs) => signs[p]?.[sign] ?? 0),
        NORMAL,
      )
    return {
      jump: Math.max(LEAST, of('jump')),
      now: Math.max(LEAST, of('now')),
      lately: Math.max(LEAST, of('lately')),
      still: Math.max(LEAST_STILL, of('still')),
    }
  })
  const wider = Math.max(
    1,
    quantile(
      normal.map((signs) => strangest(signs, each).times),
      NORMAL,
    ),
  )
  return each.map((limits) => {
    const widened = Object.fromEntries(
      SIGNS.map((sign) => [sign, rounded(wider * limits[sign])]),
    ) as typeof limits
    const { still, ...rest } = widened
    // A window has no more steps to stand still for.
    return still * 2 > window ? rest : { ...rest, still }
  })
}

/** What a person can read in a card. */
export function rounded(number: number): number {
  return Number(number.toPrecision(5))
}
