import type { Thing } from '../engine/mesh.ts'
import type { Actor } from '../lives/actor.ts'
import { lying } from '../lives/lying.ts'
import { bin } from '../things/bin.ts'
import { decoy } from '../things/clutter/decoy.ts'
import { garbage } from '../things/garbage/garbage.ts'
import { between, chance, pick } from '../things/making/chance.ts'
import { lightPatch, shadowOn } from './daylight.ts'
import { longEnoughS, type Script, type ScriptOptions, soonOverS, tellerFrom } from './episode.ts'
import { leave } from './left.ts'
import { ARRIVAL_MS, visitor, waiting } from './visitor.ts'

const LEFT = ['bags', 'mixed', 'cardboard', 'mound', 'rubble', 'foam', 'furniture'] as const
const BINS = ['wheelie', 'twin', 'round'] as const
const FLAT = ['stain', 'puddle'] as const
/** Until who brought it has gone far enough that it is nobody's. */
const ALONE_MS = 2_500

/** Somebody leaves garbage, and long after somebody takes it away; or soon; or it is something else. */
export function rubbishScript(options: ScriptOptions): Script {
  const { random, plot, startMs, firstId, sun } = options
  const droppedMs = startMs + ARRIVAL_MS
  const [long, short] = [longEnoughS(options), soonOverS(options)]
  const told = tellerFrom(droppedMs + ALONE_MS)
  const left = (thing: Thing, turn?: number) => (toMs: number) =>
    leave(options, {
      thing,
      fromMs: droppedMs,
      toMs,
      takenBy: 'sweeper',
      ...(turn !== undefined && { turn }),
    })
  // What does not fit lies before it.
  const filled = (full: number) => left(bin(random, full, pick(random, BINS)), between(random, -0.6, 0.6))
  const waste = () => garbage(random, between(random, 0.9, 1.5), pick(random, LEFT))
  if (chance(random, 0.5)) {
    return chance(random, 0.2)
      ? told('incident', 'a bin overflows', long, filled(between(random, 1.8, 2.5)))
      : told('incident', 'garbage', long, left(waste()))
  }
  const others = [
    'short',
    'passing',
    'attended',
    'bin',
    'full',
    'parcels',
    'bottle',
    'leaves',
    'wet',
    'light',
  ] as const
  switch (pick(random, sun ? [...others, 'shadow' as const] : others)) {
    case 'short':
      return told('distractor', 'garbage that is soon taken away', short, left(waste()))
    case 'passing':
      return told('distractor', 'people carry their things by', 0, () => carriedBy(options, droppedMs))
    case 'attended':
      return told('distractor', 'people stand by their bags', long, (toMs) =>
        attend(options, droppedMs, toMs),
      )
    case 'bin':
      return told('distractor', 'a closed bin', long, filled(random() * 0.6))
    case 'full':
      return told('distractor', 'a bin full to its brim', long, filled(0.95))
    case 'parcels':
      return told('distractor', 'parcels', long, left(decoy(random, pick(random, ['parcels', 'suitcase']))))
    case 'bottle':
      return told('distractor', 'one bottle', long, left(decoy(random, 'bottle')))
    case 'leaves':
      return told('distractor', 'leaves', long, left(decoy(random, 'leaves')))
    case 'wet':
      return told('distractor', 'a wet spot', long, left(decoy(random, pick(random, FLAT))))
    case 'light':
      return told('distractor', 'a patch of light', long, (toMs) => [
        lying(firstId, lightPatch(random), plot, droppedMs, toMs),
      ])
    case 'shadow':
      return told('distractor', 'a shadow', long, (toMs) =>
        sun ? [shadowOn(random, plot, sun, droppedMs, toMs)] : [],
      )
  }
}

/** The same bags, but they are somebody's: one at least of two is always seen. */
function attend(options: ScriptOptions, fromMs: number, toMs: number): Actor[] {
  const { random, plot, firstId } = options
  const owners = [-0.7, 0.7].map((x, i) =>
    visitor(options, {
      number: 1 + i,
      at: { x, z: between(random, -0.15, 0.25) },
      arrivesMs: fromMs - i * 1_000,
      leavesMs: toMs + i * 1_000,
      pose: waiting(random),
      coming: 'carrying',
      going: 'carrying',
    }),
  )
  const place = { x: plot.x, y: plot.y, z: plot.z, turn: random() * 2 * Math.PI }
  const bags = garbage(random, between(random, 0.8, 1), 'bags')
  return [lying(firstId, bags, place, fromMs, toMs), ...owners]
}

/** What they carry might be left here, and is not. */
function carriedBy(options: ScriptOptions, atMs: number): Actor[] {
  const { random } = options
  return [1, 2, 3].map((number) => {
    const passesMs = atMs + between(random, 0, 4_000)
    return visitor(options, {
      number,
      at: { x: between(random, -0.8, 0.8), z: between(random, -0.6, 0.6) },
      arrivesMs: passesMs,
      leavesMs: passesMs,
      pose: waiting(random),
      coming: 'carrying',
      going: 'carrying',
    })
  })
}
