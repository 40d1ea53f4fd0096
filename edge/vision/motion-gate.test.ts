import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MOTION_GATE_DEFAULTS, MotionGate, type Motion } from './motion-gate.ts'

const START = Date.UTC(2026, 10, 21, 8)
const [WIDTH, HEIGHT] = [160, 120]

interface Scene {
  brightness?: number
  /** A dark square of 12 pixels at x, y. */
  square?: readonly [number, number] | undefined
  noise?: () => number
}

function picture(
  { brightness = 120, square, noise = () => 0 }: Scene,
  at: number,
  width = WIDTH,
  height = HEIGHT,
) {
  const rgb = new Uint8Array(3 * width * height)
  const pattern = Array.from({ length: 64 }, (_, i) => 40 * Math.sin(i / 7))
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const dark = square && x >= square[0] && x < square[0] + 12 && y >= square[1] && y < square[1] + 12
    const texture = pattern[(x + 3 * y) % 64] ?? 0
    rgb[3 * i + 1] = Math.max(0, Math.min(255, (dark ? 20 : brightness) + texture + noise()))
  }
  return { width, height, rgb, at }
}

function randomly(most: number): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (2 * most * state) / 2 ** 32 - most
  }
}

/** What the gate says of each frame, 5 a second. */
function watch(
  gate: MotionGate,
  seconds: number,
  scene: (second: number) => Scene,
  following = false,
): Motion[] {
  return Array.from({ length: 5 * seconds }, (_, i) =>
    gate.judge(picture(scene(i / 5), START + 200 * i), following),
  )
}
const looks = (said: readonly Motion[]) => said.filter((each) => each !== 'still').length

test('a picture in which nothing moves is looked at every ten seconds, noise or not', () => {
  expect(looks(watch(new MotionGate(), 60, () => ({})))).toBe(6)
  const noise = randomly(12)
  expect(looks(watch(new MotionGate(), 60, () => ({ noise })))).toBe(6)
})

test('who walks through the picture is looked at all the way, and a little longer', () => {
  const said = watch(new MotionGate(), 60, (s) => ({
    square: s >= 20 && s < 30 ? [10 + 12 * (s - 20), 50] : undefined,
  }))
  expect(said.slice(5 * 20, 5 * 30).every((each) => each === 'moving' || each === 'lingering')).toBe(true)
  expect(said.slice(5 * 30 + 1, 5 * 32 - 1)).toContain('lingering')
  expect(looks(said.slice(5 * 33, 5 * 60))).toBeLessThanOrEqual(3)
})

test('who is followed and stands still is looked at every second', () => {
  const said = watch(new MotionGate(), 120, () => ({ square: [100, 60] }), true)
  expect(looks(said)).toBe(120)
})

test('what stays becomes part of the background', () => {
  const said = watch(new MotionGate(), 180, (s) => ({ square: s > 10 ? [100, 60] : undefined }))
  expect(said[5 * 11]).toBe('moving')
  expect(looks(said.slice(5 * 120))).toBe(6)
})

test('lightning is one look each way, not a storm of them', () => {
  const said = watch(new MotionGate(), 30, (s) => ({ brightness: s === 20 ? 250 : 120 }))
  expect(said.filter((each) => each === 'moving')).toEqual([])
})

test('clouds and exposure are no motion, however far the brightness goes in time', () => {
  const said = watch(new MotionGate(), 60, (s) => ({ brightness: 120 + 40 * Math.sin(s / 5) }))
  expect(said.filter((each) => each === 'moving')).toEqual([])
})

test('another view is looked at once, and is the background then', () => {
  const noise = randomly(60)
  const view = Array.from({ length: 100 }, noise)
  let pixel = 0
  const gate = new MotionGate()
  watch(gate, 20, () => ({}))
  const other = (i: number) => {
    pixel = 0
    const scene = { noise: () => 3 * Math.sign(view[Math.floor(pixel++ / 400)]!) * 30 }
    return gate.judge(picture(scene, START + 20_000 + 200 * i), false)
  }
  expect(['changed', 'moving']).toContain(other(0))
  const after = Array.from({ length: 50 }, (_, i) => other(i + 1 + 5 * 60))
  expect(looks(after.slice(15))).toBeLessThanOrEqual(1)
})

test('motion under a mask means nothing, beside it all the same', () => {
  const left = [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ] as const
  const walk = (x: number) => {
    const gate = new MotionGate({ ...MOTION_GATE_DEFAULTS, masks: [left] })
    return watch(gate, 20, (s) => ({ square: s > 10 ? [x + 4 * (s - 10), 50] : undefined }))
  }
  expect(walk(10)).not.toContain('moving')
  expect(walk(100)).toContain('moving')
})

test('pictures of any size, also one that changes, do no harm; a new size is looked at', () => {
  const size = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }))
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 5 }), (sizes) => {
      const gate = new MotionGate()
      let last = ''
      for (const [i, [width, height]] of sizes.entries()) {
        const said = gate.judge(picture({}, START + 200 * i, width, height), false)
        if (last !== `${width}x${height}`) expect(said).toBe('changed')
        last = `${width}x${height}`
      }
    }),
    { numRuns: 30 },
  )
})

test('a clock that is set back blinds nobody', () => {
  const gate = new MotionGate()
  watch(gate, 30, () => ({}))
  expect(gate.judge(picture({}, START - 3_600_000), false)).toBe('due')
  expect(gate.judge(picture({ square: [50, 50] }, START - 3_599_800), false)).toBe('moving')
})
