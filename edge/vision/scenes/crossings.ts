import type { RuleOf } from '@ganzhi/firmware-config/scenes/rule'
import { crossing, type Point, type Zone } from '@ganzhi/firmware-config/scenes/zone'
import { footOf, type Thing } from './thing.ts'

/** Who is where, and who has crossed the line of late. */
export interface Crossings {
  readonly feet: ReadonlyMap<number, Point>
  readonly crossed: readonly Crossed[]
}

export interface Crossed extends Thing {
  readonly agoMs: number
}

export const NOBODY_CROSSED: Crossings = { feet: new Map(), crossed: [] }

const MOST_REMEMBERED = 1_000

/** Tracks tell who is who from look to look; whoever gets another number while he crosses is missed, not counted twice. */
export function nextCrossings(
  before: Crossings,
  tracks: readonly (Thing & { readonly id: number })[],
  passedMs: number,
  line: NonNullable<Zone['line']>,
  { withinSeconds, direction }: RuleOf<'line'>,
): Crossings {
  const wanted = (way: number) =>
    way !== 0 && (direction === 'both' || way === (direction === 'forth' ? 1 : -1))
  const now = tracks.filter((each) => {
    const from = before.feet.get(each.id)
    return from !== undefined && wanted(crossing([from, footOf(each)], line))
  })
  const crossed = [
    ...before.crossed.map((each) => ({ ...each, agoMs: each.agoMs + passedMs })),
    ...now.map(({ label, score, box }) => ({ label, score, box, agoMs: 0 })),
  ]
  return {
    feet: new Map(tracks.map((each) => [each.id, footOf(each)])),
    crossed: crossed.filter(({ agoMs }) => agoMs <= withinSeconds * 1_000).slice(-MOST_REMEMBERED),
  }
}
