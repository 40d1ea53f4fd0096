import type { Thing } from '../engine/mesh.ts'
import type { Actor } from '../lives/actor.ts'
import { lying, pushedBy } from '../lives/lying.ts'
import { facing } from '../lives/visit.ts'
import { decoy } from '../things/clutter/decoy.ts'
import { between, chance, pick } from '../things/making/chance.ts'
import { type Stall, stall } from '../things/stall/stall.ts'
import { twoWheeler } from '../things/vehicle/two-wheeler.ts'
import { longEnoughS, type Script, type ScriptOptions, tellerFrom } from './episode.ts'
import { ARRIVAL_MS, visitor, waiting } from './visitor.ts'

/** A stall stays too long where none may; or it stands where it may, or is soon gone, or something else stays. */
export function vendingScript(options: ScriptOptions): Script {
  const { random, plot, criterion, startMs } = options
  const { dwellS } = criterion
  const beginsMs = startMs + ARRIVAL_MS
  const long = longEnoughS(options)
  const told = tellerFrom(beginsMs)
  const selling = (endsMs: number) => sell(options, beginsMs, endsMs)
  if (plot.allowed) return told('distractor', 'a stall where stalls may stand', long, selling)
  if (chance(random, 0.62)) return told('incident', 'a stall', long, selling)
  switch (pick(random, ['short', 'parked', 'goods', 'waiting'] as const)) {
    case 'short':
      return told('distractor', 'a stall that is soon gone', dwellS * between(random, 0.25, 0.55), selling)
    case 'parked':
      return told('distractor', 'a parked two-wheeler', long, (endsMs) =>
        standing(options, twoWheeler(random).thing({ phase: 0 }), beginsMs, endsMs),
      )
    case 'goods':
      return told('distractor', 'parcels are put down', long, (endsMs) =>
        standing(options, decoy(random, pick(random, ['parcels', 'sacks', 'shopping'])), beginsMs, endsMs),
      )
    case 'waiting':
      return told('distractor', 'people stand with luggage', long, (endsMs) => [
        ...standing(options, decoy(random, 'suitcase'), beginsMs, endsMs),
        visitor(options, {
          number: 2,
          at: { x: 0.5, z: 0.3 },
          arrivesMs: beginsMs,
          leavesMs: endsMs,
          pose: waiting(random),
        }),
      ])
  }
}

function sell(options: ScriptOptions, beginsMs: number, endsMs: number): Actor[] {
  const { random, firstId } = options
  const goods: Stall = stall(random)
  const { x, z, pose } = goods.seller
  const wheeled = goods.depth > 0 && chance(random, 0.6)
  const seller = visitor(options, {
    number: 1,
    kind: 'vendor',
    at: { x: between(random, -0.2, 0.2), z: between(random, -0.2, 0.2) },
    arrivesMs: beginsMs,
    leavesMs: endsMs,
    pose: (phase) => ('phase' in pose ? { ...pose, phase } : pose),
    coming: wheeled ? 'pushing' : 'carrying',
    going: wheeled ? 'pushing' : 'carrying',
  })
  const stand = pushedBy(firstId, goods, seller, z, x)
  const shown: Actor = wheeled
    ? stand
    : { at: (ms) => (ms >= beginsMs && ms < endsMs ? stand.at(ms) : undefined) }
  const buyers = Array.from({ length: Math.floor(between(random, 0, 2.6)) }, (_, i) => {
    const comesMs = beginsMs + between(random, 4, 12) * 1_000
    const at = { x: between(random, -1.1, 1.1), z: -1.35 }
    return visitor(options, {
      number: 2 + i,
      at,
      arrivesMs: comesMs,
      leavesMs: Math.min(endsMs, comesMs + between(random, 8, 25) * 1_000),
      pose: waiting(random),
      turn: facing(at, { x: 0, z: 0 }),
    })
  })
  return [seller, shown, ...buyers]
}

/** Brought by somebody, who leaves it, and taken away by somebody. */
function standing(options: ScriptOptions, thing: Thing, beginsMs: number, endsMs: number): Actor[] {
  const { random, plot, firstId } = options
  const bringer = visitor(options, {
    number: 1,
    at: { x: 0.1, z: 0.45 },
    arrivesMs: beginsMs,
    leavesMs: beginsMs + 1_500,
    pose: () => ({ doing: 'bending', depth: 0.6 }),
  })
  const place = { x: plot.x, y: plot.y, z: plot.z, turn: random() * 2 * Math.PI }
  return [lying(firstId, thing, place, beginsMs, endsMs), bringer]
}
