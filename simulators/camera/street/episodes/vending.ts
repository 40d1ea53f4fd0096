import type { Thing } from '../engine/mesh.ts'
import type { Actor } from '../lives/actor.ts'
import { pushedBy } from '../lives/lying.ts'
import { facing } from '../lives/visit.ts'
import { clutter } from '../things/clutter/clutter.ts'
import { decoy } from '../things/clutter/decoy.ts'
import { between, chance, pick } from '../things/making/chance.ts'
import { type Stall, stall, type StallKind } from '../things/stall/stall.ts'
import { twoWheeler } from '../things/vehicle/two-wheeler.ts'
import { longEnoughS, type Script, type ScriptOptions, soonOverS, tellerFrom } from './episode.ts'
import { leave } from './left.ts'
import { ARRIVAL_MS, visitor, waiting } from './visitor.ts'

/** What has wheels is pushed along, all else is set up from what the seller carries. */
const WHEELED: readonly StallKind[] = ['tricycle', 'food-cart']
const SET_UP: readonly StallKind[] = ['table', 'cloth', 'fruit', 'rail']
/** What a shop puts out before its door. */
const SHOP_KINDS: readonly StallKind[] = ['table', 'fruit', 'rail']
const DOOR_THINGS = ['board', 'plant-pot', 'bench', 'crates', 'stool'] as const

/** A stall stays too long where none may; or it stands where it may, or is soon gone, or something else stays. */
export function vendingScript(options: ScriptOptions): Script {
  const { random, plot, startMs } = options
  const beginsMs = startMs + ARRIVAL_MS
  const [long, short] = [longEnoughS(options), soonOverS(options)]
  const told = tellerFrom(beginsMs)
  const selling = (endsMs: number) => sell(options, beginsMs, endsMs)
  const left = (thing: Thing) => (toMs: number) => leave(options, { thing, fromMs: beginsMs, toMs })
  const putOut = (toMs: number) => {
    const thing = withoutParasol(stall(random, pick(random, SHOP_KINDS)))
    return leave(options, { thing, fromMs: beginsMs, toMs, turn: between(random, -0.6, 0.6) })
  }
  if (plot.allowed) return told('distractor', 'a stall where stalls may stand', long, selling)
  if (chance(random, 0.5)) {
    return chance(random, 0.25)
      ? told('incident', 'goods that a shop put out', long, putOut)
      : told('incident', 'a stall', long, selling)
  }
  switch (pick(random, ['short', 'pushed', 'delivery', 'parked', 'parcels', 'luggage', 'door'] as const)) {
    case 'short':
      return told('distractor', 'a stall that is soon gone', short, selling)
    case 'pushed':
      return told('distractor', 'a stall that is pushed by', 0, (endsMs) =>
        sell(options, beginsMs, endsMs, pick(random, WHEELED)),
      )
    case 'delivery':
      return told('distractor', 'a delivery', short, left(twoWheeler(random, 'tricycle').thing({ phase: 0 })))
    case 'parked':
      return told('distractor', 'a parked two-wheeler', long, left(twoWheeler(random).thing({ phase: 0 })))
    case 'parcels':
      return told('distractor', 'parcels', long, left(decoy(random, pick(random, ['parcels', 'sacks']))))
    case 'luggage':
      return told('distractor', 'people stand with luggage', long, (endsMs) =>
        waitWithLuggage(options, beginsMs, endsMs),
      )
    case 'door': {
      const kind = pick(random, DOOR_THINGS)
      return told('distractor', `what stands at a shop's door: ${kind}`, long, left(clutter(random, kind)))
    }
  }
}

function sell(
  options: ScriptOptions,
  beginsMs: number,
  endsMs: number,
  kind = pick(options.random, chance(options.random, 0.5) ? WHEELED : SET_UP),
): Actor[] {
  const { random, firstId } = options
  const whole = stall(random, kind)
  // From above a parasol hides what stands under it.
  const goods = chance(random, 0.15) ? whole : withoutParasol(whole)
  const { x, z, pose } = goods.seller
  const wheeled = WHEELED.includes(kind)
  const seller = visitor(options, {
    number: 1,
    kind: 'vendor',
    at: { x: between(random, -0.2, 0.2), z: between(random, 0.4, 0.8) },
    arrivesMs: beginsMs,
    leavesMs: endsMs,
    pose: (phase) => ('phase' in pose ? { ...pose, phase } : pose),
    turn: between(random, -0.35, 0.35),
    fromBehind: true,
    coming: wheeled ? 'pushing' : 'carrying',
    going: wheeled ? 'pushing' : 'carrying',
  })
  const stand = pushedBy(firstId, goods, seller, z, x)
  const there: Actor = wheeled
    ? stand
    : { at: (ms) => (ms >= beginsMs && ms < endsMs ? stand.at(ms) : undefined) }
  const longMs = endsMs - beginsMs
  const buyers = Array.from({ length: Math.floor(between(random, 0, 2.6)) }, (_, i) => {
    const comesMs = beginsMs + between(random, 0.15, 0.4) * longMs
    // Beside it, where he does not hide it from the camera.
    const at = { x: (i === 0 ? 1 : -1) * between(random, 0.9, 1.3), z: between(random, -1.2, -0.8) }
    return visitor(options, {
      number: 2 + i,
      at,
      arrivesMs: comesMs,
      leavesMs: comesMs + between(random, 0.2, 0.5) * longMs,
      pose: waiting(random),
      turn: facing(at, { x: 0, z: 0 }),
    })
  })
  return longMs > 0 ? [seller, there, ...buyers] : [seller, there]
}

function withoutParasol(goods: Stall): Stall {
  return { ...goods, parts: goods.parts.filter(({ label }) => label === 'stall') }
}

function waitWithLuggage(options: ScriptOptions, beginsMs: number, endsMs: number): Actor[] {
  const { random } = options
  const people = [-0.7, 0.6].map((x, i) =>
    visitor(options, {
      number: 3 + i,
      at: { x: x + between(random, -0.15, 0.15), z: between(random, 0, 0.4) },
      arrivesMs: beginsMs,
      leavesMs: endsMs,
      pose: waiting(random),
    }),
  )
  const thing = decoy(random, pick(random, ['suitcase', 'shopping']))
  return [...leave(options, { thing, fromMs: beginsMs, toMs: endsMs, at: { x: 0, z: 0 } }), ...people]
}
