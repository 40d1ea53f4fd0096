import type { Box, Detection } from '@ganzhi/models/detection'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_TRACKS, track, type Track, type Tracks } from './tracker.ts'

const START = Date.UTC(2026, 10, 21, 8)
const [WIDTH, HEIGHT] = [40, 100]

const person = (x: number, y: number, score = 0.8, label = 'person'): Detection => ({
  label,
  score,
  box: [x - WIDTH / 2, y - HEIGHT / 2, x + WIDTH / 2, y + HEIGHT / 2],
})

/** A generator of noise that is the same in every run. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** What is tracked after each look, `fps` looks a second. */
function watch(fps: number, seconds: number, look: (second: number) => Detection[]): Tracks[] {
  const looks: Tracks[] = []
  let tracks = NO_TRACKS
  for (let i = 0; i <= seconds * fps; i++) {
    tracks = track(tracks, look(i / fps), START + Math.round((1_000 * i) / fps))
    looks.push(tracks)
  }
  return looks
}

const confirmed = ({ all }: Tracks): readonly Track[] => all.filter((each) => each.confirmed)
const nearest = (tracks: Tracks, [x, y]: readonly [number, number]): Track | undefined =>
  confirmed(tracks)
    .map((each) => ({ each, apart: Math.hypot(middle(each.box)[0] - x, middle(each.box)[1] - y) }))
    .filter(({ apart }) => apart < WIDTH)
    .sort((a, b) => a.apart - b.apart)[0]?.each
const middle = ([x1, y1, x2, y2]: Box) => [(x1 + x2) / 2, (y1 + y2) / 2] as const

test.each([1, 2, 5, 10, 25])('people who walk by each other keep their ids at %i fps', (fps) => {
  const wobble = noise(7)
  // Two lanes that cross in the middle of the picture; about 1.3 m/s at 1.7 m height.
  const paths = [
    (s: number) => [100 + 75 * s, 200] as const,
    (s: number) => [700 - 75 * s, 230] as const,
    (s: number) => [100 + 75 * s, 500] as const,
  ]
  const looks = watch(fps, 8, (s) =>
    paths.map((path) => {
      const [x, y] = path(s)
      return person(x + 4 * (wobble() - 0.5), y + 4 * (wobble() - 0.5))
    }),
  )
  const end = looks.at(-1)!
  expect(confirmed(end).map(({ bornAt }) => bornAt)).toEqual([START, START, START])
  const second = looks[fps]!
  for (const path of paths) {
    expect(nearest(end, path(8))?.id).toBe(nearest(second, path(1))?.id)
  }
})

test.each([1, 5, 25])(
  'who stands behind a lorry for two seconds is the same afterwards, at %i fps',
  (fps) => {
    const looks = watch(fps, 10, (s) => (s > 4 && s < 6 ? [] : [person(100 + 40 * s, 200)]))
    expect(looks.at(-1)!.all.map(({ id }) => id)).toEqual([1])
    expect(looks.at(-1)!.all[0]!.bornAt).toBe(START)
  },
)

test('what stands still is one thing also where the camera is looked at every ten seconds', () => {
  const looks = watch(0.1, 300, () => [person(300, 200), person(400, 200)])
  expect(looks.at(-1)!.all.map(({ id, seen }) => [id, seen])).toEqual([
    [1, 31],
    [2, 31],
  ])
})

test('who is gone longer than hidden things are kept has another id afterwards', () => {
  const looks = watch(5, 20, (s) => (s > 5 && s < 12 ? [] : [person(300, 200)]))
  expect(looks[9 * 5]!.all).toHaveLength(1)
  expect(looks[11 * 5]!.all).toHaveLength(0)
  expect(looks.at(-1)!.all.map(({ id }) => id)).toEqual([2])
})

test('a thing that is half hidden and scores low stays what it was, though its score begins nothing', () => {
  const looks = watch(5, 30, (s) => [person(300, 200, s > 5 ? 0.15 : 0.8), person(600, 200, 0.15)])
  expect(looks.at(-1)!.all.map(({ id, seen }) => [id, seen])).toEqual([[1, 151]])
})

test('a minute of standing in a crowd is one id each', () => {
  const wobble = noise(3)
  const places = Array.from(
    { length: 60 },
    (_, i) => [40 + 45 * (i % 15), 100 + 60 * Math.floor(i / 15)] as const,
  )
  const looks = watch(2, 60, () =>
    places
      .filter(() => wobble() > 0.2)
      .map(([x, y]) => person(x + 3 * (wobble() - 0.5), y + 3 * (wobble() - 0.5), 0.4 + 0.5 * wobble())),
  )
  const old = confirmed(looks.at(-1)!).filter(({ bornAt }) => bornAt < START + 15_000)
  expect(old.length).toBeGreaterThanOrEqual(59)
  expect(new Set(looks.flatMap((each) => confirmed(each).map(({ id }) => id))).size).toBeLessThan(66)
})

test('clutter of low score begins no tracks, and clutter of any score has few for long', () => {
  const anywhere = noise(11)
  const clutter = (most: number) =>
    Array.from({ length: 40 }, () =>
      person(60 + 1_800 * anywhere(), 60 + 960 * anywhere(), most * anywhere()),
    )
  expect(watch(5, 20, () => clutter(0.59)).at(-1)!.nextId).toBe(1)
  const looks = watch(5, 20, () => [...clutter(0.8), person(900, 500, 0.9)])
  const most = Math.max(...looks.map((each) => confirmed(each).length))
  expect(most).toBeLessThan(25)
  expect(nearest(looks.at(-1)!, [900, 500])?.bornAt).toBe(START)
})

test('no more things are followed than are asked for, the surest first', () => {
  const detections = [0.7, 0.95, 0.8].map((score, i) => person(200 * (i + 1), 200, score))
  const options = { high: 0.5, low: 0.1, spawn: 0.6, hiddenMs: 4_000, most: 2 }
  expect(track(NO_TRACKS, detections, START, options).all.map(({ score }) => score)).toEqual([0.95, 0.8])
})

test('a car that is called a truck at times is one thing, called what it is called mostly', () => {
  const looks = watch(5, 10, (s) => [person(300, 200, 0.8, Math.round(5 * s) % 4 === 3 ? 'truck' : 'car')])
  expect(looks.map(({ all }) => all.map(({ id }) => id))).toEqual(looks.map(() => [1]))
  expect(looks.at(-1)!.all[0]!.label).toBe('car')
})

test('a rider and what he rides are two, also when one of them is not seen for a while', () => {
  const looks = watch(5, 10, (s) => {
    const rider = person(100 + 60 * s, 200)
    const [x1, , x2, y2] = rider.box
    const bicycle: Detection = { label: 'bicycle', score: 0.7, box: [x1 - 20, y2 - 50, x2 + 20, y2 + 10] }
    return s > 4 && s < 6 ? [bicycle] : [rider, bicycle]
  })
  expect(looks.at(-1)!.all.map(({ label, bornAt }) => [label, bornAt])).toEqual([
    ['person', START],
    ['bicycle', START],
  ])
})

test('a bag that somebody leaves where he stood is not him', () => {
  const bag: Detection = { label: 'bag', score: 0.9, box: [285, 200, 320, 250] }
  const looks = watch(5, 10, (s) => (s < 5 ? [person(300, 200)] : [bag]))
  expect(looks.at(-1)!.all.map(({ label, bornAt }) => [label, bornAt - START])).toEqual([['bag', 5_000]])
})

test('a clock that is set back ends nothing and makes nothing younger', () => {
  const looks = watch(5, 5, () => [person(300, 200)])
  let tracks = looks.at(-1)!
  for (let i = 1; i <= 10; i++) tracks = track(tracks, [person(300, 200)], START - 3_600_000 + 200 * i)
  expect(tracks.all.map(({ id, bornAt }) => [id, tracks.at - bornAt])).toEqual([[1, 7_000 - 200]])
  for (let i = 1; i <= 30; i++) tracks = track(tracks, [], START - 3_590_000 + 200 * i)
  expect(tracks.all).toEqual([])
})

test('whatever is seen, ids are unique and numbers stay finite', () => {
  const box = fc
    .tuple(
      fc.integer({ min: 0, max: 640 }),
      fc.integer({ min: 0, max: 360 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 300 }),
    )
    .map(([x, y, width, height]) => [x, y, x + width, y + height] as const)
  const detection = fc.record({
    label: fc.constantFrom('person', 'car'),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    box,
  })
  const look = fc.tuple(fc.integer({ min: -1_000, max: 5_000 }), fc.array(detection, { maxLength: 12 }))
  fc.assert(
    fc.property(fc.array(look, { maxLength: 15 }), (looks) => {
      let tracks = NO_TRACKS
      let at = START
      for (const [later, detections] of looks) {
        at += later
        const known = new Set(tracks.all.map(({ id }) => id))
        const { nextId } = tracks
        tracks = track(tracks, detections, at)
        expect(new Set(tracks.all.map(({ id }) => id)).size).toBe(tracks.all.length)
        for (const { id, box: each } of tracks.all) {
          expect(known.has(id) || id >= nextId).toBe(true)
          expect(each.every(Number.isFinite)).toBe(true)
        }
      }
    }),
    { numRuns: 200 },
  )
})
