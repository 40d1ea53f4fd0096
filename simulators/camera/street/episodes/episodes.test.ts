import { expect, test } from 'vitest'
import type { Sight } from '../engine/sights.ts'
import { openEpisodes, planEpisodes } from './city.ts'
import { type Episode, SCENES, type SceneName } from './episode.ts'
import type { Plot } from './plaza.ts'

const size = { width: 320, height: 180 }
const criterion = { dwellS: 20, atLeast: 5 }

function optionsOf(scene: SceneName, seed = 1) {
  return { seed, size, scene, criterion, rounds: 2, walkers: 0 }
}

function within({ polygon }: Plot, { box: [x1, , x2, y2] }: Sight): boolean {
  const [x, y] = [(x1 + x2) / 2 / size.width, y2 / size.height]
  let inside = false
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length] ?? [0, 0]
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside
  })
  return inside
}

const seconds = ({ beginsMs, endsMs }: Episode) => (endsMs - beginsMs) / 1_000

test.each(SCENES)(
  '%s: incidents last long enough, and every plot holds one episode after the other',
  (scene) => {
    const { plots, programme } = planEpisodes(optionsOf(scene))
    const { episodes } = programme
    expect(plots).toHaveLength(10)
    expect(plots.flatMap(({ polygon }) => polygon.flat()).every((share) => share >= 0 && share <= 1)).toBe(
      true,
    )
    expect(episodes).toHaveLength(20)
    for (const episode of episodes.filter(({ kind }) => kind === 'incident')) {
      expect(seconds(episode)).toBeGreaterThan(criterion.dwellS + 10)
    }
    for (const { number } of plots) {
      const [first, second] = episodes.filter(({ plot }) => plot === number)
      expect(second?.beginsMs).toBeGreaterThan(first?.endsMs ?? Infinity)
    }
    expect(programme.actorsAt(programme.lastsMs)).toEqual([])
  },
)

test.each(SCENES)('%s: both kinds come about as often, and are the same for the same seed', (scene) => {
  const episodesOf = (seed: number) => planEpisodes(optionsOf(scene, seed)).programme.episodes
  expect(episodesOf(1)).toEqual(episodesOf(1))
  const all = [1, 2, 3, 4].flatMap(episodesOf)
  const share = all.filter(({ kind }) => kind === 'incident').length / all.length
  expect(share).toBeGreaterThan(0.3)
  expect(share).toBeLessThan(0.7)
  expect(
    new Set(all.filter(({ kind }) => kind === 'distractor').map(({ what }) => what)).size,
  ).toBeGreaterThan(5)
})

test('a crowd is larger by half than the rule asks, and other groups are never nearly as large', () => {
  const { plots, programme } = planEpisodes({ ...optionsOf('crowd-gathering', 3), rounds: 1 })
  const peopleOn = (number: number, ms: number) =>
    programme.actorsAt(ms).filter((actor) => {
      const [placed, plot] = [actor.at(ms), plots[number]]
      if (!placed || !plot || placed.thing.parts[0]?.label !== 'person') return false
      return Math.hypot(placed.place.x - plot.x, placed.place.z - plot.z) < 2
    }).length
  const lasting = programme.episodes.filter((episode) => seconds(episode) > criterion.dwellS)
  for (const episode of lasting) {
    const [begins, long] = [episode.beginsMs, episode.endsMs - episode.beginsMs]
    // Somebody may be on his way to another plot.
    const people = Math.min(...[0.3, 0.7].map((share) => peopleOn(episode.plot, begins + share * long)))
    if (episode.kind === 'incident') expect(people).toBeGreaterThanOrEqual(1.5 * criterion.atLeast)
    else expect(people).toBeLessThanOrEqual(0.6 * criterion.atLeast)
  }
  expect(new Set(lasting.map(({ kind }) => kind)).size).toBe(2)
})

test.each(SCENES)('%s: what is soon over is so long before the rule would mind', (scene) => {
  const { episodes } = planEpisodes(optionsOf(scene, 4)).programme
  const brief = episodes.filter((episode) => seconds(episode) < criterion.dwellS)
  expect(brief.length).toBeGreaterThan(0)
  for (const episode of brief) {
    expect(episode.kind).toBe('distractor')
    expect(seconds(episode)).toBeLessThan(0.5 * criterion.dwellS)
  }
})

test.each([
  ['crowd-gathering', 'person', 45],
  ['street-vending', 'stall', 24],
  ['exposed-garbage', 'garbage', 24],
] as const)('%s: the camera sees each %s of an incident, large and hardly hidden', (scene, label, pixels) => {
  const live = openEpisodes(optionsOf(scene, 5))
  const { programme } = planEpisodes(optionsOf(scene, 5))
  const sights = [45_000, 55_000, 165_000].flatMap((ms) => {
    const truth = live.pictureAt(ms).truth()
    const going = live.episodes.filter(
      ({ kind, beginsMs, endsMs }) => kind === 'incident' && beginsMs <= ms && ms < endsMs,
    )
    const places = going.flatMap(({ plot }) => live.plots[plot] ?? [])
    return programme.actorsAt(ms).flatMap((actor) => {
      const placed = actor.at(ms)
      if (!placed?.thing.parts.some((part) => part.label === label)) return []
      const { x, z } = placed.place
      const counts = places.some((plot) => Math.hypot(x - plot.x, z - plot.z) < 1.7)
      return counts ? [truth.find((sight) => sight.id === placed.id && sight.label === label)] : []
    })
  })
  expect(sights.length).toBeGreaterThan(5)
  const well = sights.filter((sight) => {
    const [left, top, right, bottom] = sight?.box ?? [0, 0, 0, 0]
    // Pixels of 640 × 360.
    const large = 2 * Math.max(right - left, bottom - top) >= pixels
    return large && (sight?.visible ?? 0) >= 0.5
  })
  expect(well.length / sights.length).toBeGreaterThanOrEqual(0.9)
})

test('a shadow darkens its plot, and there is nothing that throws it', () => {
  const seed = 11
  const options = { ...optionsOf('exposed-garbage', seed), weather: 'sunny' } as const
  const live = openEpisodes(options)
  const shadow = live.episodes.find(({ what }) => what === 'a shadow')
  const plot = live.plots[shadow?.plot ?? -1]
  if (!shadow || !plot) throw new Error(`seed ${seed} has no shadow`)
  const [x, y] = [0, 1].map(
    (k) => plot.polygon.reduce((sum, corner) => sum + (corner[k] ?? 0), 0) / plot.polygon.length,
  ) as [number, number]
  const lightAt = (ms: number) => {
    const { rgb } = live.pictureAt(ms)
    return rgb[3 * (Math.round(y * size.height) * size.width + Math.round(x * size.width))] ?? 0
  }
  const middleMs = (shadow.beginsMs + shadow.endsMs) / 2
  expect(lightAt(middleMs)).toBeLessThan(0.8 * lightAt(shadow.beginsMs - 5_000))
  const seen = live.pictureAt(middleMs).truth()
  expect(seen.filter((sight) => within(plot, sight))).toEqual([])
})

test.each([
  ['street-vending', 'stall'],
  ['exposed-garbage', 'garbage'],
] as const)('%s: a %s is on its plot while the incident lasts, and not after', (scene, label) => {
  const live = openEpisodes(optionsOf(scene, 3))
  const incidents = live.episodes.filter(({ kind }) => kind === 'incident').slice(0, 4)
  expect(incidents.length).toBeGreaterThan(2)
  for (const { beginsMs, endsMs, plot } of incidents) {
    const seenAt = (ms: number) =>
      live
        .pictureAt(ms)
        .truth()
        .some((sight) => sight.label === label && live.plots[plot] && within(live.plots[plot], sight))
    expect(seenAt((beginsMs + endsMs) / 2)).toBe(true)
    expect(seenAt(endsMs + 9_000)).toBe(false)
  }
})

test.each(SCENES)('%s: nobody and nothing jumps', (scene) => {
  const { programme } = planEpisodes(optionsOf(scene, 2))
  const last = new Map<number, { ms: number; x: number; z: number }>()
  let furthest = 0
  for (let ms = 12_000; ms < 40_000; ms += 200) {
    for (const actor of programme.actorsAt(ms)) {
      const placed = actor.at(ms)
      if (!placed) continue
      const { x, z } = placed.place
      const before = last.get(placed.id)
      // A cart that is pushed swings round where who pushes it turns.
      if (before?.ms === ms - 200) furthest = Math.max(furthest, Math.hypot(x - before.x, z - before.z))
      last.set(placed.id, { ms, x, z })
    }
  }
  expect(last.size).toBeGreaterThan(15)
  expect(furthest).toBeLessThan(1)
})

test('who is seen keeps his number from picture to picture', () => {
  const live = openEpisodes(optionsOf('crowd-gathering'))
  const [episode] = live.episodes
  const idsAt = (ms: number) =>
    new Set(
      live
        .pictureAt(ms)
        .truth()
        .map(({ id }) => id),
    )
  const [one, next] = [idsAt((episode?.beginsMs ?? 0) + 5_000), idsAt((episode?.beginsMs ?? 0) + 5_200)]
  expect([...one].filter((id) => next.has(id)).length).toBeGreaterThan(0.8 * one.size)
})
