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
    expect(plots).toHaveLength(12)
    expect(plots.flatMap(({ polygon }) => polygon.flat()).every((share) => share >= 0 && share <= 1)).toBe(
      true,
    )
    expect(episodes).toHaveLength(24)
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
  ).toBeGreaterThan(3)
})

test('during a crowd incident its people stand on its plot, during a distractor too few or not for long', () => {
  const live = openEpisodes(optionsOf('crowd-gathering'))
  const peopleAt = (ms: number, plot: number) => {
    const sights = live.pictureAt(ms).truth()
    const ground = live.plots[plot]
    return sights.filter((sight) => ground && sight.label === 'person' && within(ground, sight)).length
  }
  for (const episode of live.episodes.slice(0, 8)) {
    const late = episode.beginsMs + 0.75 * (criterion.dwellS + 12) * 1_000
    const people = peopleAt(late, episode.plot)
    // One or another may be hidden.
    if (episode.kind === 'incident') expect(people).toBeGreaterThanOrEqual(criterion.atLeast - 1)
    else expect(people).toBeLessThan(criterion.atLeast)
  }
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
  expect(last.size).toBeGreaterThan(20)
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
