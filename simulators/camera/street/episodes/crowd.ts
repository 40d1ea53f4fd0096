import type { Actor } from '../lives/actor.ts'
import { facing } from '../lives/visit.ts'
import type { Point } from '../lives/way.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'
import { longEnoughS, type Script, type ScriptOptions } from './episode.ts'
import { ARRIVAL_MS, visitor, waiting } from './visitor.ts'

type Shape = 'ring' | 'heap' | 'row'

/** Enough people stand together long enough; or too few, or not long enough, or they only walk by together. */
export function crowdScript(options: ScriptOptions): Script {
  const { random, criterion } = options
  const { atLeast, dwellS } = criterion
  const enough = atLeast + Math.floor(between(random, 0, 4))
  const long = longEnoughS(options)
  if (chance(random, 0.5)) {
    return { kind: 'incident', what: `${enough} people`, ...gather(options, enough, long) }
  }
  const few = Math.max(1, Math.floor(between(random, 0.35, 0.68) * atLeast))
  switch (pick(random, ['few', 'queue', 'short', 'passing'] as const)) {
    case 'few':
      return { kind: 'distractor', what: `only ${few} people`, ...gather(options, few, long) }
    case 'queue':
      return { kind: 'distractor', what: `a queue of ${few}`, ...gather(options, few, long, 'row') }
    case 'short': {
      const short = dwellS * between(random, 0.2, 0.5)
      return { kind: 'distractor', what: `${enough} people, not for long`, ...gather(options, enough, short) }
    }
    case 'passing':
      return { kind: 'distractor', what: `${enough} people walk by`, ...gather(options, enough, 0) }
  }
}

/** From when the last of those who make it a crowd has come, to when the first of them goes. */
function gather(
  options: ScriptOptions,
  count: number,
  seconds: number,
  shape: Shape = chanceShape(options.random),
): { beginsMs: number; endsMs: number; actors: Actor[] } {
  const { random, startMs, criterion } = options
  const beginsMs = startMs + ARRIVAL_MS
  const endsMs = beginsMs + seconds * 1_000
  const places = placesIn(random, count, shape)
  const actors = places.map((at, number) => {
    const extra = number >= criterion.atLeast
    const turn =
      shape === 'row'
        ? facing(at, { x: at.x, z: at.z - 1 })
        : facing(at, { x: between(random, -0.3, 0.3), z: 0 })
    return visitor(options, {
      number,
      at,
      // Who is one more than is needed may come later and go earlier.
      arrivesMs: beginsMs + (extra ? between(random, 0, 0.3) * seconds * 1_000 : -between(random, 0, 6_000)),
      leavesMs: endsMs + (extra ? -between(random, 0, 0.3) * seconds * 1_000 : between(random, 0, 3_000)),
      pose: waiting(random),
      ...(seconds > 0 ? { turn } : {}),
    })
  })
  return { beginsMs, endsMs, actors }
}

function chanceShape(random: Random): Shape {
  return chance(random, 0.5) ? 'ring' : 'heap'
}

function placesIn(random: Random, count: number, shape: Shape): Point[] {
  const reach = 0.42 * Math.sqrt(count) + 0.12
  return Array.from({ length: count }, (_, i) => {
    const jitter = () => between(random, -0.1, 0.1)
    if (shape === 'row') return { x: jitter(), z: (i - (count - 1) / 2) * 0.62 + jitter() }
    const angle = (i / count) * 2 * Math.PI
    const out = shape === 'ring' ? reach : reach * (i % 3 === 0 ? 0.3 : 1)
    return { x: Math.cos(angle) * out * 1.15 + jitter(), z: Math.sin(angle) * out + jitter() }
  })
}
