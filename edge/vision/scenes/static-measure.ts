import type { PlacedScene } from '@ganzhi/firmware-config/scenes/placed-scene'
import type { RuleOf } from '@ganzhi/firmware-config/scenes/rule'
import type { Zone } from '@ganzhi/firmware-config/scenes/zone'
import type { Box } from '@ganzhi/models/detection'
import { areaOf, sharedArea } from '@ganzhi/models/overlap'
import type { Measure, Scenery } from './measure.ts'
import { AT_BIN, type Matter, mattersOf, meanScore, type Reading } from './reading.ts'
import { type Remembered, StaticLayer, type StillObject } from './static-layer.ts'
import { follow, isSteady, longest, type Stay, timingMs } from './stays.ts'
import { heightOf, isMasked, type Thing, zoneOf } from './thing.ts'

/** Something that lies there, whoever found it. */
interface Lying extends Thing {
  /** As the layer knows it. */
  readonly object?: StillObject
  readonly area: number
  /** With nobody beside it. */
  readonly aloneMs: number
  readonly now: 'there' | 'hidden'
}

/** An incident goes on while half of what begins one is there: some of it may be hidden. */
const KEEPS = 0.5
/** What no detector knows by name is at most so sure to be what the scene is about. */
const UNNAMED = 0.6
/** Of a thing's box, what it covers of the ground. */
const BOX_FILLED = 0.6
/** In widths of a bin: what lies so near is its overflow. */
const NEAR_BIN = 0.5

/** What lies there that did not before, and nobody is with it: found by comparing pictures, and by a detector where it knows such things. */
export function staticMeasure(
  placed: PlacedScene,
  rule: RuleOf<'static-object'>,
  remembered: readonly Remembered[],
): Measure {
  const { masks = [], zones, scene } = placed
  const { bins } = rule
  const matters = mattersOf(placed)
  const layer = new StaticLayer(masks, remembered)
  let alone = new Map<number, number>()
  let objects: readonly StillObject[] = []
  let stays: Stay[] = []

  function lie({ frame, things, passedMs }: Scenery): Lying[] {
    const aspect = frame.width / frame.height
    const explained = things.filter(({ label, score }) => rule.explainedBy.includes(label) && score >= 0.3)
    const around = things
      .filter(({ label }) => label === 'person')
      .map((person) => reachOf(person, rule.attended, aspect))
    const isAttended = (box: Box) => around.some((reach) => sharedArea(reach, box) > 0)

    objects = layer.look(
      frame,
      explained.map(({ box }) => box),
      passedMs,
    )
    alone = new Map(
      objects.map(({ id, box, now, stayedMs }) => {
        const before = alone.get(id)
        const counts = now === 'there' && !isAttended(box)
        // At first sight it has been lying since it began to look the same.
        return [id, counts ? (before === undefined ? stayedMs : before + passedMs) : (before ?? 0)] as const
      }),
    )
    const named = things.filter(
      (thing) => rule.labels?.includes(thing.label) && thing.score >= rule.score && !isMasked(thing, masks),
    )
    const options = { ...timingMs(scene.timing), stays: 'in-place', whileHidden: false, aspect } as const
    const covers = around.map((box) => ({ label: '', score: 1, box }))
    stays = follow(
      stays,
      named.filter(({ box }) => !isAttended(box)),
      covers,
      passedMs,
      options,
    )
    const steady = stays.filter((stay) => isSteady(stay, options))
    return lyingIn(objects, alone, steady)
  }

  return {
    look(scenery) {
      const lying = lie(scenery).filter((thing) => !isMasked(thing, masks))
      const binBoxes = scenery.things
        .filter(({ label }) => bins?.includes(label))
        .map(({ box }) => widened(box, NEAR_BIN))
      const variantOf = (thing: Lying, zone: Zone) =>
        zone.variant ?? (binBoxes.some((bin) => sharedArea(bin, thing.box) > 0) ? AT_BIN : undefined)
      return matters.map((matter) => {
        const { zone, variant } = matter
        const inside = lying.filter((thing) => zoneOf(thing, zones) === zone)
        return readingOf(
          inside.filter((thing) => variantOf(thing, zone) === variant),
          matter,
          rule,
        )
      })
    },
  }
}

/** What both have found is one thing, by its name. */
function lyingIn(
  objects: readonly StillObject[],
  alone: ReadonlyMap<number, number>,
  stays: readonly Stay[],
): Lying[] {
  const overlaps = (a: Box, b: Box) => sharedArea(a, b) > 0.3 * Math.min(areaOf(a), areaOf(b))
  const found = objects.map((object): Lying => {
    const { box, area, now, contrast, id } = object
    const name = stays.find((stay) => overlaps(stay.box, box))
    const aloneMs = Math.max(alone.get(id) ?? 0, name?.stayedMs ?? 0)
    const score = Math.max(name?.score ?? 0, UNNAMED * contrast)
    return { label: name?.label ?? 'object', score, box, area, aloneMs, now, object }
  })
  const others = stays.filter(({ box }) => !objects.some((object) => overlaps(object.box, box)))
  return [
    ...found,
    ...others.map(({ label, score, box, stayedMs, now }): Lying => {
      const there = now === 'hidden' ? 'hidden' : 'there'
      return { label, score, box, area: BOX_FILLED * areaOf(box), aloneMs: stayedMs, now: there }
    }),
  ]
}

function readingOf(
  lying: readonly Lying[],
  matter: Matter,
  { minArea, seconds }: RuleOf<'static-object'>,
): Reading {
  const there = lying.filter(({ now }) => now === 'there')
  const long = there.filter(({ aloneMs }) => aloneMs >= seconds * 1_000)
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

/** As far as somebody reaches around where he stands. */
function reachOf(person: Thing, heights: number, aspect: number): Box {
  const [x1, y1, x2, y2] = person.box
  const reach = heights * heightOf(person)
  return [x1 - reach / aspect, y1, x2 + reach / aspect, y2 + reach / 2]
}

function widened([x1, y1, x2, y2]: Box, widths: number): Box {
  const more = widths * (x2 - x1)
  return [x1 - more, y1, x2 + more, y2 + more / 2]
}
