import { readdirSync } from 'node:fs'
import { systemClock } from '@ganzhi/device-drivers/clock'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import type { Frame } from '@ganzhi/models/frame'
import { afterEach, expect, test } from 'vitest'
import { type ChildOptions, openDetectorChild } from './detector-child.ts'

const script = new URL('./fake-detector-process.ts', import.meta.url)
let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

async function open(ways: string[], more: Partial<ChildOptions> = {}) {
  const model = { kind: 'weights', path: ways.join(' '), card: '' } as const
  const { signal } = new AbortController()
  return stack.use(
    await openDetectorChild({ clock: systemClock, model, threads: 2, signal, script, ...more }),
  )
}

function frame(width: number, height: number, [red = 0, green = 0, last = 0]: number[] = []): Frame {
  const rgb = new Uint8Array(3 * width * height)
  rgb[0] = red
  rgb[1] = green
  rgb[rgb.length - 1] = last
  return { width, height, rgb, at: 1 }
}

test('frames of any size cross whole, and boxes come back', async () => {
  const detector = await open(['person'])
  for (const [width, height] of [
    [640, 360],
    [2, 1],
    [1920, 1080],
    [640, 360],
  ] as const) {
    const seen = await detector.look(frame(width, height, [11, 22, 51]), {})
    expect(seen.detections).toEqual([{ label: '2 threads, whole', score: 0.2, box: [11, 22, width, height] }])
  }
  const { detections } = await detector.look(frame(8, 8), { tiles: { columns: 2, rows: 3 } })
  expect(detections[0]?.label).toBe('2 threads, 2x3')
})

test('of several frames under way each is looked at as it is, and answered in turn', async () => {
  const detector = await open(['person'])
  for (let round = 0; round < 20; round++) {
    const looks = [1, 2, 3].map(async (n) => {
      const { detections } = await detector.look(frame(100 * n, 8 * n, [n, round, 51]), {})
      return detections[0]?.box
    })
    expect(await Promise.all(looks)).toEqual([1, 2, 3].map((n) => [n, round, 100 * n, 8 * n]))
  }
})

test('a model that is refused says why in its own words, and leaves no process behind', async () => {
  await expect(open(['refuse'])).rejects.toMatchObject({
    code: 'model-refused',
    message: 'the model is refused: no output',
    remedy: 'Export it anew.',
  })
})

test('an error of one look is no end', async () => {
  const detector = await open(['throw'])
  for (let i = 0; i < 3; i++) {
    await expect(detector.look(frame(8, 8), {})).rejects.toMatchObject({ code: 'model-failed' })
  }
})

test('who crashes fails the look that he was at, and says that he is gone', async () => {
  const detector = await open(['die-at-2'])
  await detector.look(frame(8, 8), {})
  await expect(detector.look(frame(8, 8), {})).rejects.toMatchObject({ code: 'detector-died' })
  expect((await detector.gone).message).toContain('SIGSEGV')
  await expect(detector.look(frame(8, 8), {})).rejects.toMatchObject({ code: 'detector-died' })
})

test('who hangs is ended at the deadline', async () => {
  const clock = manualClock()
  const detector = await open(['hang'], { clock })
  const look = detector.look(frame(8, 8), {}).catch((error: unknown) => error)
  await clock.advance(30_000)
  expect(await look).toMatchObject({ code: 'detector-hung' })
  expect((await detector.gone).code).toBe('detector-hung')
})

test('who is slow with one frame is not disturbed by the next, and has as long for that', async () => {
  const clock = manualClock()
  const detector = await open(['slow'], { clock })
  const looks = [1, 2].map((n) => detector.look(frame(8, 8, [n]), {}))
  await clock.advance(29_000)
  expect((await looks[0])?.detections[0]?.box[0]).toBe(1)
  await clock.advance(2_000)
  expect((await looks[1])?.detections[0]?.box[0]).toBe(2)
})

test('opening can be stopped', async () => {
  const stop = new AbortController()
  const opening = open(['person'], { signal: stop.signal }).catch((error: unknown) => error)
  stop.abort()
  expect(await opening).toMatchObject({ code: 'stopped' })
})

test('no file of frames is left to be found, while it runs or after', async () => {
  const detector = await open(['person'])
  await detector.look(frame(64, 64), {})
  expect(readdirSync('/dev/shm').filter((name) => name.startsWith('ganzhi-frame-'))).toEqual([])
})
