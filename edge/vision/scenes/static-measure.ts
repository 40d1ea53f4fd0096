import type { PlacedScene } from '@ganzhi/firmware-config/scenes/placed-scene'
import type { RuleOf } from '@ganzhi/firmware-config/scenes/rule'
import type { Box } from '@ganzhi/models/detection'
import { areaOf, overlapOf, sharedArea } from '@ganzhi/models/overlap'
import { openBins } from './bins.ts'
import type { Measure, Scenery } from './measure.ts'
import { AT_BIN, type Matter, mattersOf, meanScore, type Reading } from './reading.ts'
import { type Lying, lyingOf, lyingStay } from './lying.ts'
import { nextRest, type Rest } from './rest.ts'
import { type Remembered, StaticLayer, type StillObject } from './static-layer.ts'
import { follow, isSteady, longest, type Stay, timingMs } from './stays.ts'
import { footOf, heightOf, isMasked, sureOnes, type Thing, zoneOf } from './thing.ts'

/** An incident goes on while half of what begins one is there: some of it may be hidden. */
const KEEPS = 0.5
/** A heap or a full bin, or part of it, is taken for a person, too: who is so far within the box of what lies there is not beside it. */
const SAME_THING = 0.7
const SAME_BOX = 0.5
/** Where the picture itself tells that something new lies there, a detector may be so much less sure of its name. */
const SEEN_AS_NEW = 0.7

/** What lies there that did not before, and nobody is with it: found by comparing pictures, and by a detector where it knows such things. */
export function staticMeasure(
  placed: PlacedScene,
  rule: RuleOf<'static-object'>,
  remembered: readonly Remembered[],
): Measure {
  const { masks = [], zones, scene } = placed
  const matters = mattersOf(placed)
  const bins = openBins()
  const layer = new StaticLayer(masks, remembered)
  let objects: readonly StillObject[] = []
  let rests: ReadonlyMap<number, Rest> = new Map()
  let stays: Stay[] = []

  function lie({ frame, things, passedMs }: Scenery): Lying[] {
    const aspect = frame.width / frame.height
    const named = things.filter(
      (thing) =>
        rule.labels?.includes(thing.label) &&
        thing.score >= SEEN_AS_NEW * rule.score &&
        !isMasked(thing, masks),
    )
    const isMistaken = ({ label, box }: Thing) =>
      label === 'person' && named.some((thing) => sharedArea(thing.box, box) >= SAME_THING * areaOf(box))
    const sure = things.filter((thing) => !isMistaken(thing))
    const around = sureOnes(sure, ['person']).map((person) => reachOf(person, rule.attended, aspect))
    const alone = ({ box }: { readonly box: Box }) => around.every((reach) => sharedArea(reach, box) === 0)
    const explained = sureOnes(sure, rule.explainedBy).map(({ box }) => box)
    objects = layer.look(frame, explained, passedMs)
    rests = new Map(
      objects.map((object) => {
        const name = named.find(({ box }) => overlaps(box, object.box))
        const isAlone = object.now === 'there' && alone(object)
        return [object.id, nextRest(rests.get(object.id), object, { name, isAlone, passedMs })]
      }),
    )
    const options = { ...timingMs(scene.timing), stays: 'in-place', whileHidden: false, aspect } as const
    const covers = around.map((box) => ({ label: 'person', score: 1, box }))
    stays = follow(stays, named.filter(alone), covers, passedMs, options)
    bins.look(sureOnes(things, rule.bins), covers, passedMs, options)
    const isNew = (stay: Stay) => objects.some(({ box }) => overlaps(stay.box, box))
    const steady = stays.filter(
      (stay) => isSteady(stay, options) && (stay.score >= rule.score || isNew(stay)),
    )
    // Two things that touch, or one and its shadow, are one change of the picture: a detector knows them apart.
    const others = objects.filter(({ box }) => !steady.some((stay) => overlaps(stay.box, box)))
    return [
      ...others.flatMap((object) => lyingOf(object, rests.get(object.id), rule)),
      ...steady.map((stay) => {
        const object = objects.find(({ box }) => overlapOf(stay.box, box) >= SAME_BOX)
        return lyingStay(stay, object, object && rests.get(object.id))
      }),
    ]
  }

  return {
    look(scenery) {
      const lying = lie(scenery).filter((thing) => !isMasked(thing, masks))
      const atBins = bins.ownersOf(lying.map((thing) => ({ ...thing, isLong: isLong(thing, rule) })))
      return matters.map((matter) => {
        const { zone, variant } = matter
        const inside = lying.filter(
          (thing, i) =>
            zoneOf(thing, zones) === zone && (zone.variant ?? (atBins[i] ? AT_BIN : undefined)) === variant,
        )
        return readingOf(inside, matter, rule)
      })
    },
  }
}

function overlaps(a: Box, b: Box): boolean {
  return sharedArea(a, b) > 0.3 * Math.min(areaOf(a), areaOf(b))
}

function isLong({ aloneMs }: Lying, { seconds }: RuleOf<'static-object'>): boolean {
  return aloneMs >= seconds * 1_000
}

function readingOf(lying: readonly Lying[], matter: Matter, rule: RuleOf<'static-object'>): Reading {
  const { minArea, seconds } = rule
  const there = lying.filter(({ now }) => now === 'there')
  const long = there.filter((thing) => isLong(thing, rule))
  const [all, longLying, withHidden] = [there, long, lying].map((each) =>
    each.reduce((sum, { area }) => sum + area, 0),
  ) as [number, number, number]
  const level =
    longLying >= minArea
      ? 'holds'
      : all >= KEEPS * minArea
        ? 'keeps'
        : withHidden >= KEEPS * minArea
          ? 'hidden'
          : 'not'
  const counted = level === 'holds' ? long : there
  return {
    ...matter,
    level,
    things: counted.map(({ label, score, box }) => ({ label, score, box })),
    count: counted.length,
    score: meanScore(counted),
    pending: long.length < there.length,
    stayedMs: longest(counted.map(({ aloneMs }) => ({ stayedMs: aloneMs }))),
    remembered: counted.flatMap(({ object }) => object ?? []),
    why: { minArea, seconds, area: counted === long ? longLying : all },
  }
}

/** How much longer the ground is than it looks. */
const DEPTH = 2

/** The ground as far as somebody reaches around where he stands; what is seen behind his head is metres away. */
function reachOf(person: Thing, heights: number, aspect: number): Box {
  const [x, y] = footOf(person)
  const reach = heights * heightOf(person)
  return [x - reach / aspect, y - reach / DEPTH, x + reach / aspect, y + reach / DEPTH]
}
