import { expect, test } from 'vitest'
import {
  firstHealth,
  type Health,
  HEALTH_LIMITS,
  interrupted,
  nextHealth,
  withViewAccepted,
} from './picture-health.ts'
import { THUMBNAIL, type Thumbnail, thumbnailOf } from './thumbnail.ts'

interface Look {
  /** Of the view, in cells. */
  readonly turned?: number
  readonly light?: number
  /** Differs from picture to picture. */
  readonly noise?: number
}

/** Neighbours have nothing in common. */
function scattered(n: number): number {
  const mixed = Math.imul(n, 0x9e3779b1)
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 16
}

/** A street of some blocks, with one that walks through it. */
function street({ turned = 0, light = 1, noise = 0 }: Look, at: number): Thumbnail {
  const walker = Math.floor(at / 500) % THUMBNAIL.width
  return Float32Array.from({ length: THUMBNAIL.width * THUMBNAIL.height }, (_, i) => {
    const [x, y] = [i % THUMBNAIL.width, Math.floor(i / THUMBNAIL.width)]
    const [column, row] = [Math.floor((x + turned) / 5), Math.floor(y / 6)]
    const block = 60 + (scattered(column * 31 + row) % 160)
    const someone = noise > 0 && Math.abs(x - walker) < 3 && y > 20 ? 80 : 0
    const grain = noise * (((i * 31 + at * 17) % 11) - 5)
    return Math.min(255, (block + someone + grain) * light)
  })
}

const dark = (at: number) => street({ light: 0.02, noise: 0.2 }, at)

function after(health: Health, seconds: number, look: (at: number) => Thumbnail): Health {
  let now = health
  for (let at = health.at + 500; at <= health.at + seconds * 1_000; at += 500) {
    now = nextHealth(now, look(at), at, HEALTH_LIMITS)
  }
  return now
}

const alive = (at: number) => street({ noise: 1 }, at)
const watched = () => after(firstHealth(alive(0), 0), 30, alive)

test('a street with people in it is well for ten minutes', () => {
  expect(after(watched(), 600, alive).fault).toBeUndefined()
})

test('a picture that repeats itself is frozen after a minute, and well with the first that differs', () => {
  const still = street({}, 0)
  const frozen = after(watched(), 62, () => still)
  expect(after(watched(), 58, () => still).fault).toBeUndefined()
  expect(frozen.fault).toBe('frozen')
  expect(after(frozen, 0.5, alive).fault).toBeUndefined()
})

test('a picture that repeats itself is frozen also where it is coded anew every second', () => {
  const coded = (at: number) =>
    street({}, 0).map((luma, i) => luma + (i % 40 === 0 && at % 1_000 === 0 ? 2 : 0))
  expect(after(watched(), 62, coded).fault).toBe('frozen')
})

test('however far its key frames are from those between them', () => {
  const coded = (at: number) =>
    street({}, 0).map((luma, i) => luma + (i % 5 === 0 && at % 1_000 === 0 ? 2 : 0))
  expect(after(watched(), 62, coded).fault).toBe('frozen')
})

test('a sign that goes on and off is no freeze', () => {
  const sign = (at: number) => street({}, 0).map((luma, i) => luma + (i < 9 && at % 1_000 === 0 ? 60 : 0))
  expect(after(watched(), 120, sign).fault).toBeUndefined()
})

test('a clock in the corner keeps a still street from being frozen', () => {
  const clock = (at: number) => street({}, 0).map((luma, i) => (i < 3 ? 100 + ((at / 500) % 10) * 8 : luma))
  expect(after(watched(), 120, clock).fault).toBeUndefined()
})

test('a quiet night with nothing but noise is not frozen', () => {
  expect(after(watched(), 120, (at) => street({ light: 0.6, noise: 0.4 }, at)).fault).toBeUndefined()
})

test('black counts after five seconds, and ends only when it is clearly lighter', () => {
  const black = after(watched(), 6, dark)
  expect(after(watched(), 3, dark).fault).toBeUndefined()
  expect(black.fault).toBe('black')
  const dusk = (at: number) => street({ light: 0.12, noise: 1 }, at)
  expect(after(black, 10, dusk).fault).toBe('black')
  expect(after(after(watched(), 6, dusk), 10, dusk).fault).toBeUndefined()
  expect(after(black, 3, alive).fault).toBeUndefined()
})

test('a camera that was turned has moved after twenty seconds, until it is turned back', () => {
  const elsewhere = (at: number) => street({ turned: 23, noise: 1 }, at)
  const moved = after(watched(), 25, elsewhere)
  expect(after(watched(), 15, elsewhere).fault).toBeUndefined()
  expect(moved.fault).toBe('moved')
  expect(after(moved, 300, elsewhere).fault).toBe('moved')
  expect(after(moved, 4, alive).fault).toBeUndefined()
})

test('light that goes down by half within a second moves nothing', () => {
  expect(after(watched(), 120, (at) => street({ light: 0.5, noise: 1 }, at)).fault).toBeUndefined()
})

test('what was about to be judged begins anew after an interruption', () => {
  const halfway = after(watched(), 4, dark)
  const back = { ...interrupted(halfway), at: halfway.at + 60_000 }
  expect(after(back, 2, dark).fault).toBeUndefined()
  expect(after(back, 6, dark).fault).toBe('black')
})

test('a limit of nought switches a judgement off', () => {
  const limits = { ...HEALTH_LIMITS, blackAfterMs: 0, frozenAfterMs: 0 }
  let health = watched()
  for (let at = health.at; at < 120_000; at += 500) health = nextHealth(health, dark(at), at, limits)
  expect(health.fault).toBeUndefined()
})

test.each([
  [1, 1],
  [3, 2],
  [640, 360],
  [4_000, 7],
])('a picture of %i×%i has a thumbnail of its brightness', (width, height) => {
  const rgb = new Uint8Array(width * height * 3).fill(200)
  expect([...new Set(thumbnailOf({ width, height, rgb, at: 0 }))].map(Math.round)).toEqual([200])
})

test('a crowd that comes to stand in most of a dull picture is no other view', () => {
  const dull = (at: number) => street({ noise: 0.2 }, at).map((luma) => 120 + (luma - 120) * 0.2)
  const stands = (i: number) => i % THUMBNAIL.width < 40
  const crowd = (at: number) => dull(at).map((luma, i) => (stands(i) ? (i * 37) % 200 : luma))
  const before = after(firstHealth(dull(0), 0), 60, dull)
  expect(after(before, 120, crowd).fault).toBeUndefined()
})

test('a new view that somebody accepts is the right one from then on, and the old one is not', () => {
  const turned = (at: number) => street({ turned: 22, noise: 1 }, at)
  const moved = after(watched(), 40, turned)
  expect(moved.fault).toBe('moved')
  const accepted = withViewAccepted(moved)
  expect(accepted.fault).toBeUndefined()
  expect(after(accepted, 600, turned).fault).toBeUndefined()
  expect(after(accepted, 40, alive).fault).toBe('moved')
})
