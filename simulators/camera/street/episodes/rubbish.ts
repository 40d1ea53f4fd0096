import type { Thing } from '../engine/mesh.ts'
import type { Actor } from '../lives/actor.ts'
import { lying } from '../lives/lying.ts'
import { bin } from '../things/bin.ts'
import { decoy } from '../things/clutter/decoy.ts'
import { garbage } from '../things/garbage/garbage.ts'
import { between, chance, pick } from '../things/making/chance.ts'
import { longEnoughS, type Script, type ScriptOptions, tellerFrom } from './episode.ts'
import { ARRIVAL_MS, visitor, waiting } from './visitor.ts'

const LEFT = ['bag', 'bags', 'mixed', 'cardboard', 'rubble', 'foam', 'furniture'] as const
/** Until who brought it has gone far enough that it is nobody's. */
const ALONE_MS = 2_500

/** Somebody leaves garbage, and long after somebody takes it away; or soon; or it is something else. */
export function rubbishScript(options: ScriptOptions): Script {
  const { random, criterion, startMs } = options
  const { dwellS } = criterion
  const droppedMs = startMs + ARRIVAL_MS
  const long = longEnoughS(options)
  const told = tellerFrom(droppedMs + ALONE_MS)
  const left = (thing: Thing) => (endsMs: number) => leave(options, thing, droppedMs, endsMs)
  const waste = () => garbage(random, between(random, 0.75, 1.5), pick(random, LEFT))
  if (chance(random, 0.5)) return told('incident', 'garbage', long, left(waste()))
  switch (pick(random, ['short', 'leaves', 'stain', 'bin', 'attended', 'bottle'] as const)) {
    case 'short':
      return told(
        'distractor',
        'garbage that is soon taken away',
        dwellS * between(random, 0.2, 0.5),
        left(waste()),
      )
    case 'leaves':
      return told('distractor', 'leaves', long, left(decoy(random, 'leaves')))
    case 'stain':
      return told('distractor', 'a wet spot', long, left(decoy(random, pick(random, ['stain', 'puddle']))))
    case 'bin':
      return told('distractor', 'a closed bin', long, left(bin(random, random() * 0.6)))
    case 'bottle':
      return told('distractor', 'one bottle', long, left(decoy(random, 'bottle')))
    case 'attended':
      return told('distractor', 'somebody stands by his bags', long, (endsMs) =>
        attend(options, droppedMs, endsMs),
      )
  }
}

function leave(options: ScriptOptions, thing: Thing, droppedMs: number, endsMs: number): Actor[] {
  const { random, plot, firstId } = options
  const place = {
    x: plot.x + between(random, -0.5, 0.5),
    y: plot.y,
    z: plot.z + between(random, -0.4, 0.4),
    turn: random() * 2 * Math.PI,
  }
  const beside = { x: place.x - plot.x + (chance(random, 0.5) ? 0.8 : -0.8), z: place.z - plot.z }
  const dropper = visitor(options, {
    number: 1,
    at: beside,
    arrivesMs: droppedMs,
    leavesMs: droppedMs + 1_200,
    pose: () => ({ doing: 'bending', depth: 0.7 }),
    coming: 'carrying',
  })
  const cleaner = visitor(options, {
    number: 2,
    kind: 'sweeper',
    at: beside,
    arrivesMs: endsMs - 3_000,
    leavesMs: endsMs + 1_000,
    pose: (phase) => ({ doing: 'sweeping', phase }),
    going: 'carrying',
  })
  return [lying(firstId, thing, place, droppedMs + 600, endsMs), dropper, cleaner]
}

/** The same bags, but they are somebody's. */
function attend(options: ScriptOptions, fromMs: number, endsMs: number): Actor[] {
  const { random, plot, firstId } = options
  const place = { x: plot.x, y: plot.y, z: plot.z, turn: random() * 2 * Math.PI }
  const owner = visitor(options, {
    number: 1,
    at: { x: 0.35, z: between(random, -0.2, 0.2) },
    arrivesMs: fromMs,
    leavesMs: endsMs,
    pose: waiting(random),
    coming: 'carrying',
    going: 'carrying',
  })
  const bags = garbage(random, between(random, 0.5, 0.8), 'bag')
  return [lying(firstId, bags, place, fromMs, endsMs), owner]
}
