import type { Actor } from '../lives/actor.ts'
import { lying } from '../lives/lying.ts'
import { facing } from '../lives/visit.ts'
import type { Point } from '../lives/way.ts'
import { clutter } from '../things/clutter/clutter.ts'
import { decoy } from '../things/clutter/decoy.ts'
import { between, chance, pick, type Random } from '../things/making/chance.ts'
import { longEnoughS, type Script, type ScriptOptions, soonOverS } from './episode.ts'
import { ARRIVAL_MS, visitor, waiting } from './visitor.ts'

/** Enough people stand together long enough; or too few, or not long enough, or never all at once. */
export function crowdScript(options: ScriptOptions): Script {
  const { random, criterion } = options
  // Who counts one less, or one more, is still right.
  const enough = Math.round(criterion.atLeast * between(random, 1.5, 1.85))
  const few = Math.max(1, Math.round(criterion.atLeast * between(random, 0.4, 0.6)))
  const [long, short] = [longEnoughS(options), soonOverS(options)]
  if (chance(random, 0.5)) {
    return { kind: 'incident', what: `${enough} people`, ...gather(options, group(options, enough), long) }
  }
  switch (pick(random, ['few', 'queue', 'luggage', 'short', 'passing', 'door'] as const)) {
    case 'few':
      return told(`only ${few} people`, gather(options, group(options, few), long))
    case 'queue':
      return told(`a queue of ${few}`, gather(options, queue(random, few), long, { x: 3, z: 0 }))
    case 'luggage':
      return told(`${few} people with luggage`, withLuggage(options, few, long))
    case 'short':
      return told(`${enough} people, not for long`, gather(options, group(options, enough), short))
    case 'passing':
      return told(`${enough} people walk by`, gather(options, group(options, enough), 0))
    case 'door':
      return told(`${enough} people, one after the other`, comeAndGo(options, enough, long))
  }
}

type Played = Pick<Script, 'beginsMs' | 'endsMs' | 'actors'>

function told(what: string, played: Played): Script {
  return { kind: 'distractor', what, ...played }
}

/** From when the last of them has come to when the first of them goes; they look there. */
function gather(
  options: ScriptOptions,
  places: readonly Point[],
  seconds: number,
  look: Point = { x: between(options.random, -0.3, 0.3), z: 0 },
): Played {
  const { random, startMs } = options
  const beginsMs = startMs + ARRIVAL_MS
  const endsMs = beginsMs + seconds * 1_000
  const actors = places.map((at, number) =>
    visitor(options, {
      number,
      at,
      arrivesMs: beginsMs - between(random, 0, 6_000),
      leavesMs: endsMs + between(random, 0, 3_000),
      pose: waiting(random),
      ...(seconds > 0 ? { turn: facing(at, look) } : {}),
    }),
  )
  return { beginsMs, endsMs, actors }
}

function withLuggage(options: ScriptOptions, count: number, seconds: number): Played {
  const { random, plot, firstId } = options
  const places = group(options, count)
  const played = gather(options, places, seconds)
  const luggage = places.map((at, i): Actor => {
    const thing = decoy(random, pick(random, ['suitcase', 'shopping']))
    const place = { x: plot.x + at.x + 0.4, y: plot.y, z: plot.z + at.z, turn: random() * 2 * Math.PI }
    return lying(firstId + count + i, thing, place, played.beginsMs, played.endsMs)
  })
  return { ...played, actors: [...played.actors, ...luggage] }
}

/** As at the door of a shop: as many as in a crowd, but each goes when the next one comes. */
function comeAndGo(options: ScriptOptions, count: number, seconds: number): Played {
  const { random, plot, startMs, firstId } = options
  const beginsMs = startMs + ARRIVAL_MS
  const endsMs = beginsMs + seconds * 1_000
  const eachMs = (endsMs - beginsMs) / count
  const board = clutter(random, 'board')
  const place = { x: plot.x, y: plot.y, z: plot.z + 0.7 }
  const people = Array.from({ length: count }, (_, number) => {
    const at = { x: between(random, -0.5, 0.5), z: between(random, -0.3, 0.1) }
    const arrivesMs = beginsMs + number * eachMs
    return visitor(options, {
      number,
      at,
      arrivesMs,
      leavesMs: arrivesMs + eachMs * between(random, 0.5, 0.9),
      pose: waiting(random),
      turn: facing(at, { x: 0, z: 0.7 }),
    })
  })
  return { beginsMs, endsMs, actors: [lying(firstId + count, board, place, startMs, endsMs), ...people] }
}

/** From the one farthest to the left to the one farthest to the right, who is how far behind the others. */
const WAVE_M = [-0.6, 0, 0.6, 0] as const
const HALF_GROUP_M = 1.38
/** More than a step apart nobody stands together. */
const ELBOW_ROOM_M = 0.55

/** Side by side as the camera sees it, and before and behind one another: a heap in which everybody is seen. */
function group({ random, plot: { aslant } }: ScriptOptions, count: number): Point[] {
  const half = Math.min(HALF_GROUP_M, ((count - 1) * ELBOW_ROOM_M) / 2)
  const first = Math.floor(random() * WAVE_M.length)
  return Array.from({ length: count }, (_, i) => {
    const jitter = () => between(random, -0.08, 0.08)
    const z = (WAVE_M[(first + i) % WAVE_M.length] ?? 0) + jitter()
    const across = count > 1 ? (i / (count - 1)) * 2 - 1 : 0
    return { x: across * half + z * aslant + jitter(), z }
  })
}

function queue(random: Random, count: number): Point[] {
  const jitter = () => between(random, -0.08, 0.08)
  return Array.from({ length: count }, (_, i) => ({
    x: (i - (count - 1) / 2) * 0.7 + jitter(),
    z: jitter(),
  }))
}
