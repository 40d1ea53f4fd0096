import { expect, test } from 'vitest'
import type { Detection } from './detection.ts'
import type { Detector } from './detector.ts'
import type { Region } from './fit.ts'
import { detectTiled } from './tiles.ts'

const frame = { width: 100, height: 100, rgb: new Uint8Array(30_000), at: 0 }
const person = (score: number, ...box: [number, number, number, number]): Detection => ({
  label: 'person',
  score,
  box,
})

/** Sees of each thing what lies in the region, if it is large enough in it. */
function seeing(things: readonly Detection[], least = 0): Detector & { regions: Region[] } {
  const regions: Region[] = []
  return {
    regions,
    card: {
      head: 'yolox',
      input: { size: [32, 32], color: 'bgr', scale: 1, fit: 'stretch' },
      labels: ['person'],
    },
    async detect(_, { region = { x: 0, y: 0, width: 100, height: 100 } } = {}) {
      regions.push(region)
      return things.flatMap((thing) => {
        const [x1, y1, x2, y2] = thing.box
        const box = [
          Math.max(x1, region.x),
          Math.max(y1, region.y),
          Math.min(x2, region.x + region.width),
          Math.min(y2, region.y + region.height),
        ] as const
        const seen = box[2] - box[0] > 1 && box[3] - box[1] > 1
        return seen && (box[3] - box[1]) / region.height >= least ? [{ ...thing, box }] : []
      })
    },
    async [Symbol.asyncDispose]() {},
  }
}

test('the whole frame and every tile are looked at, and nothing lies between tiles', async () => {
  const detector = seeing([])
  await detectTiled(detector, frame, { columns: 3, rows: 2 })
  expect(detector.regions).toHaveLength(7)
  const covered = (x: number, y: number) =>
    detector.regions.slice(1).some((r) => x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height)
  for (let x = 0; x < 100; x++) for (let y = 0; y < 100; y++) expect(covered(x, y)).toBe(true)
  for (const { x, y, width, height } of detector.regions) {
    expect(x + width).toBeLessThanOrEqual(100)
    expect(y + height).toBeLessThanOrEqual(100)
  }
})

test('what is small is found in a tile, and a thing that several see counts once', async () => {
  const things = [person(0.9, 10, 10, 14, 18), person(0.8, 45, 40, 55, 60), person(0.7, 20, 10, 80, 90)]
  expect(await seeing(things, 0.1).detect(frame)).toHaveLength(2)
  expect(await detectTiled(seeing(things, 0.1), frame, { columns: 2, rows: 2 })).toEqual(things)
})

test('two parts of a thing too large for a tile, which the whole frame does not show, are one', async () => {
  const long = person(0.9, 5, 20, 95, 24)
  const detector = seeing([long])
  const tilesOnly: Detector = {
    ...detector,
    detect: async (shown, options) => (options?.region ? detector.detect(shown, options) : []),
  }
  expect(await detectTiled(tilesOnly, frame, { columns: 2, rows: 1 })).toEqual([long])
})

test('two people side by side at the edge of a tile stay two', async () => {
  const pair = [person(0.9, 30, 40, 40, 70), person(0.8, 41, 40, 51, 70)]
  expect(await detectTiled(seeing(pair), frame, { columns: 2, rows: 2 })).toEqual(pair)
})
