import type { Stay } from './area-rule.ts'
import type { Standing } from './stood-where.ts'
import type { MetSpan } from './write-facts.ts'

export interface EndedStay extends Stay {
  /** Infinity where it is not over. */
  readonly leftAt: number
}

/** Where spans in which a device met a condition count, by where it stood. */
export function staysOf(spans: readonly MetSpan[], standings: readonly Standing[]): EndedStay[] {
  return spans.flatMap(([metAt, leftAt, value = null]) =>
    standings.flatMap(({ area, until }, i) => {
      const stay = {
        area,
        value,
        metAt: Math.max(metAt, (standings[i - 1]?.until ?? -Infinity) + 1),
        leftAt: Math.min(leftAt ?? Infinity, until + 1),
      }
      return stay.metAt < stay.leftAt ? [stay] : []
    }),
  )
}

/**
 * The stays of a device as they are by what is known now of the time from `from` on; `before` are those that were known and had
 * not ended by then.
 */
export function staysAgain(
  before: readonly EndedStay[],
  from: number,
  again: readonly EndedStay[],
): EndedStay[] {
  const [first, ...others] = again
  const begun = before.find(({ metAt }) => metAt < from)
  if (!begun) return [...again]
  if (first?.metAt === from && first.area === begun.area) return [{ ...first, metAt: begun.metAt }, ...others]
  return [{ ...begun, leftAt: from }, ...again]
}

/** From when on each area has to be judged again. */
export function differences(before: readonly EndedStay[], after: readonly EndedStay[]): Map<string, number> {
  const areas = new Set([...before, ...after].flatMap(({ area }) => area ?? []))
  const first = new Map<string, number>()
  for (const area of areas) {
    const at = firstDifference(
      before.filter((stay) => stay.area === area),
      after.filter((stay) => stay.area === area),
    )
    if (at !== undefined) first.set(area, at)
  }
  return first
}

function firstDifference(before: readonly EndedStay[], after: readonly EndedStay[]): number | undefined {
  for (let i = 0; i < Math.max(before.length, after.length); i += 1) {
    const [a, b] = [before[i], after[i]]
    if (a?.metAt !== b?.metAt) return Math.min(a?.metAt ?? Infinity, b?.metAt ?? Infinity)
    if (a?.value !== b?.value) return a?.metAt
    if (a && b && a.leftAt !== b.leftAt) return Math.min(a.leftAt, b.leftAt)
  }
  return undefined
}
