import type { RuleOf } from '@ganzhi/firmware-config/scenes/rule'
import { areaOf } from '@ganzhi/models/overlap'
import type { Rest } from './rest.ts'
import type { StillObject } from './static-layer.ts'
import type { Stay } from './stays.ts'
import type { Thing } from './thing.ts'

/** What no detector knows by name is at most so sure to be what the scene is about. */
const UNNAMED = 0.6
/** A name that was given once may be a slip. */
const NAMED_LOOKS = 3
/** Of a thing's box, what it covers of the ground. */
const BOX_FILLED = 0.6

/** Something that lies there, whoever found it. */
export interface Lying extends Thing {
  /** As the layer knows it. */
  readonly object?: StillObject
  readonly area: number
  /** With nobody beside it. */
  readonly aloneMs: number
  readonly now: 'there' | 'hidden'
}

/** Nothing where it needs a name and has none. */
export function lyingOf(object: StillObject, rest: Rest | undefined, rule: RuleOf<'static-object'>): Lying[] {
  const { box, area, now, contrast } = object
  const name = rest?.name && rest.name.looks >= NAMED_LOOKS ? rest.name : undefined
  if (!name && rule.labels && !rule.unnamed) return []
  const { label, score } = name ?? { label: 'object', score: UNNAMED * contrast }
  return [{ label, score, box, area, aloneMs: rest?.aloneMs ?? 0, now, object }]
}

/** What a detector sees steadily; it has lain there for as long as whoever saw it first says. */
export function lyingStay(stay: Stay, object: StillObject | undefined, rest: Rest | undefined): Lying {
  const { label, score, box, stayedMs } = stay
  return {
    label,
    score,
    box,
    ...(object && { object }),
    area: BOX_FILLED * areaOf(box),
    aloneMs: Math.max(stayedMs, rest?.aloneMs ?? 0),
    now: stay.now === 'hidden' ? 'hidden' : 'there',
  }
}
