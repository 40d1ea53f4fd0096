import type { RuleOf } from '@ganzhi/firmware-config/scenes/rule'
import type { PlacedScene } from '@ganzhi/firmware-config/scenes/placed-scene'
import type { Zone } from '@ganzhi/firmware-config/scenes/zone'
import type { Frame } from '@ganzhi/models/frame'
import { crowdsIn } from './crowd.ts'
import { type Crossings, NOBODY_CROSSED, nextCrossings } from './crossings.ts'
import { staticMeasure } from './static-measure.ts'
import { meanScore, type Reading } from './reading.ts'
import type { Remembered } from './static-layer.ts'
import { follow, isSteady, longest, type Stay, timingMs } from './stays.ts'
import { heightOf, isMasked, sureOnes, type Thing, zoneOf } from './thing.ts'

/** One look of a camera, as scenes see it. */
export interface Scenery {
  readonly frame: Frame
  readonly things: readonly Thing[]
  readonly tracks: readonly (Thing & { readonly id: number })[]
  /** Since the look before, as far as that says what was in between. */
  readonly passedMs: number
}

/** What a scene's rule makes of looks: for each of its zones one reading, or two where there are two matters in it. */
export interface Measure {
  look(scenery: Scenery): readonly Reading[]
}

export function openMeasure(placed: PlacedScene, remembered: readonly Remembered[]): Measure {
  const { rule } = placed.scene
  switch (rule.kind) {
    case 'count':
      return countMeasure(placed, rule)
    case 'crowd':
      return crowdMeasure(placed, rule)
    case 'dwell':
      return dwellMeasure(placed, rule)
    case 'line':
      return lineMeasure(placed, rule)
    case 'static-object':
      return staticMeasure(placed, rule, remembered)
  }
}

type Seen = RuleOf<'count' | 'crowd' | 'dwell' | 'line'>

/** Things of a scene that are large and sure enough. */
function wanted<T extends Thing>(things: readonly T[], { masks }: PlacedScene, rule: Seen): T[] {
  return things.filter(
    (thing) =>
      rule.labels.includes(thing.label) &&
      thing.score >= rule.score &&
      heightOf(thing) >= rule.minHeight &&
      !isMasked(thing, masks),
  )
}

/** Each is in one zone, or in none. */
function inZones<T extends Thing>(things: readonly T[], zones: readonly Zone[]) {
  return Map.groupBy(things, (thing) => zoneOf(thing, zones))
}

function levelOf(
  count: number,
  { atLeast, keepsAt }: { atLeast: number; keepsAt: number },
): Reading['level'] {
  return count >= atLeast ? 'holds' : count >= keepsAt ? 'keeps' : 'not'
}

function readingOf(zone: Zone, things: readonly Thing[], rest: Pick<Reading, 'level' | 'why'>): Reading {
  const { variant } = zone
  return { zone, variant, things, count: things.length, score: meanScore(things), ...rest }
}

function countMeasure(placed: PlacedScene, rule: RuleOf<'count'>): Measure {
  return {
    look({ things }) {
      const byZone = inZones(wanted(things, placed, rule), placed.zones)
      return placed.zones.map((zone) => {
        const inside = byZone.get(zone) ?? []
        const { atLeast, keepsAt } = rule
        return readingOf(zone, inside, { level: levelOf(inside.length, rule), why: { atLeast, keepsAt } })
      })
    },
  }
}

function crowdMeasure(placed: PlacedScene, rule: RuleOf<'crowd'>): Measure {
  return {
    look({ things, frame }) {
      const byZone = inZones(wanted(things, placed, rule), placed.zones)
      return placed.zones.map((zone) => {
        const inside = byZone.get(zone) ?? []
        const crowds = crowdsIn(inside, { ...rule, aspect: frame.width / frame.height })
        const crowd = crowds[0] ?? []
        const { atLeast, keepsAt, reach } = rule
        const why = { atLeast, keepsAt, reach, people: inside.length, crowds: crowds.length }
        return readingOf(zone, crowd, { level: levelOf(crowd.length, rule), why })
      })
    },
  }
}

function dwellMeasure(placed: PlacedScene, rule: RuleOf<'dwell'>): Measure {
  const { timing } = placed.scene
  const dwellMs = rule.seconds * 1_000
  let stays: Stay[] = []
  return {
    look({ things, frame, passedMs }) {
      const options = {
        ...timingMs(timing),
        stays: rule.stays,
        whileHidden: true,
        aspect: frame.width / frame.height,
      }
      const seen = wanted(things, placed, rule).filter((thing) => zoneOf(thing, placed.zones))
      const covers = sureOnes(things, rule.hiddenBy)
      stays = follow(stays, seen, covers, passedMs, options)
      const byZone = inZones(stays, placed.zones)
      return placed.zones.map((zone) => {
        const inside = byZone.get(zone) ?? []
        const here = inside.filter((stay) => stay.now === 'seen' && isSteady(stay, options))
        const long = here.filter(({ stayedMs }) => stayedMs >= dwellMs)
        // What has stayed as long as a window is no flicker: it keeps up what another one began.
        const kept = here.filter(({ stayedMs }) => stayedMs >= options.windowMs)
        const hidden = inside.some(({ now, stayedMs }) => now === 'hidden' && stayedMs >= options.windowMs)
        const { atLeast, keepsAt, seconds } = rule
        const level =
          long.length >= atLeast ? 'holds' : kept.length >= keepsAt ? 'keeps' : hidden ? 'hidden' : 'not'
        const counted = long.length >= atLeast ? long : kept
        const why = { atLeast, keepsAt, seconds }
        const pending = inside.some(({ stayedMs }) => stayedMs < dwellMs)
        return { ...readingOf(zone, counted, { level, why }), stayedMs: longest(counted), pending }
      })
    },
  }
}

function lineMeasure(placed: PlacedScene, rule: RuleOf<'line'>): Measure {
  const crossings = new Map<Zone, Crossings>()
  return {
    look({ tracks, passedMs }) {
      const seen = wanted(tracks, placed, rule)
      return placed.zones.map((zone) => {
        const line = zone.line ?? [
          [0, 0],
          [0, 0],
        ]
        const next = nextCrossings(crossings.get(zone) ?? NOBODY_CROSSED, seen, passedMs, line, rule)
        crossings.set(zone, next)
        const { crossed } = next
        const level = crossed.length >= rule.atLeast ? 'holds' : crossed.length > 0 ? 'keeps' : 'not'
        const { atLeast, withinSeconds } = rule
        return readingOf(zone, crossed, { level, why: { atLeast, withinSeconds } })
      })
    },
  }
}
