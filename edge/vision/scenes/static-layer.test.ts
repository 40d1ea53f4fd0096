import type { Box } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import { readImageFile } from '@ganzhi/models/image-file'
import { overlapOf } from '@ganzhi/models/overlap'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { StaticLayer, type StillObject } from './static-layer.ts'

const PHOTOS = new URL('../../../../shared/vision/photos/', import.meta.url)
const hasPhotos = existsSync(PHOTOS)
if (!hasPhotos)
  process.stderr.write(`static-layer.test.ts: photographs skipped, none in ${PHOTOS.pathname}\n`)

const [WIDTH, HEIGHT] = [320, 180]
/** Steps of brightness, up to ±5; where one begins to read makes another picture's noise. */
const NOISE = Float32Array.from({ length: 1 << 16 }, (_, i) => (((i * 48_271) % 65_537) / 65_537 - 0.5) * 10)

/** A pavement of slabs, with what is painted onto it. */
class Street {
  readonly #layer: StaticLayer
  #looks = 0
  objects: readonly StillObject[] = []

  constructor(layer = new StaticLayer([], [])) {
    this.#layer = layer
  }

  /** So many looks, one a second, with noise. */
  look(
    count: number,
    paint: (canvas: Canvas, i: number) => void = () => {},
    explained: readonly Box[] = [],
  ): this {
    for (let i = 0; i < count; i++) {
      const canvas = new Canvas()
      paint(canvas, i)
      this.objects = this.#layer.look(canvas.frame(this.#looks++), explained, 1_000)
    }
    return this
  }
}

type Colour = readonly [number, number, number]

const SLABS = new Float32Array(WIDTH * HEIGHT * 3)
for (let y = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    const joint = x % 24 === 0 || y % 16 === 0
    const slab = 120 + ((Math.floor(x / 24) * 7 + Math.floor(y / 16) * 13) % 30)
    SLABS.fill(joint ? 80 : slab, 3 * (y * WIDTH + x), 3 * (y * WIDTH + x) + 3)
  }
}

class Canvas {
  readonly #light = new Float32Array(WIDTH * HEIGHT).fill(1)
  readonly #rgb = SLABS.slice()
  sway = 0
  grey = false

  tint(colour: Colour): void {
    for (let i = 0; i < this.#rgb.length; i++) this.#rgb[i] = (this.#rgb[i] ?? 0) * (colour[i % 3] ?? 1)
  }

  /** A bag with folds. */
  bag(x: number, y: number, [r, g, b]: Colour, size = 14): void {
    this.#each(x, y, size, size, (at, dx, dy) => {
      const fold = 1 + 0.35 * Math.sin(dx * 1.7 + dy)
      this.#rgb.set([r * fold, g * fold, b * fold], 3 * at)
    })
  }

  /** Everything there so many times as bright. */
  light(x: number, y: number, width: number, height: number, times: number): void {
    this.#each(x, y, width, height, (at) => void (this.#light[at] = (this.#light[at] ?? 1) * times))
  }

  colour(x: number, y: number, width: number, height: number, [r, g, b]: Colour): void {
    this.#each(x, y, width, height, (at) => {
      const [red, green, blue] = this.#rgb.subarray(3 * at, 3 * at + 3)
      this.#rgb.set([r * (red ?? 0), g * (green ?? 0), b * (blue ?? 0)], 3 * at)
    })
  }

  frame(look: number): Frame {
    const rgb = new Uint8Array(WIDTH * HEIGHT * 3)
    const shift = 3 * this.sway
    for (let i = 0; i < rgb.length; i++) {
      const noise = NOISE[(i + look * 9_973) & 0xffff] ?? 0
      const value = (this.#rgb[i + shift] ?? 120) * (this.#light[Math.floor(i / 3)] ?? 1) + noise
      rgb[i] = Math.max(0, Math.min(255, value))
    }
    for (let i = 0; this.grey && i < rgb.length; i += 3) {
      rgb.fill(((rgb[i] ?? 0) + (rgb[i + 1] ?? 0) + (rgb[i + 2] ?? 0)) / 3, i, i + 3)
    }
    return { width: WIDTH, height: HEIGHT, rgb, at: look * 1_000 }
  }

  #each(
    x: number,
    y: number,
    width: number,
    height: number,
    paint: (at: number, dx: number, dy: number) => void,
  ) {
    for (let dy = 0; dy < height; dy++) {
      for (let dx = 0; dx < width; dx++) paint((y + dy) * WIDTH + x + dx, dx, dy)
    }
  }
}

const BLACK: Colour = [32, 32, 36]
const WHITE: Colour = [215, 212, 205]
const BLUE: Colour = [60, 90, 190]
const SPOT = [100, 80] as const
const boxOf = ([x, y]: readonly [number, number], size = 14): Box => [
  x / WIDTH,
  y / HEIGHT,
  (x + size) / WIDTH,
  (y + size) / HEIGHT,
]

describe('something new that lies still', () => {
  it.each([
    ['a black bag', BLACK],
    ['a white bag', WHITE],
    ['a blue bag', BLUE],
  ])('is found where it lies: %s', (_, colour) => {
    const { objects } = new Street().look(10).look(30, (canvas) => canvas.bag(...SPOT, colour))
    expect(objects).toHaveLength(1)
    expect(overlapOf(objects[0]!.box, boxOf(SPOT))).toBeGreaterThan(0.6)
    expect(objects[0]).toMatchObject({ now: 'there', stayedMs: 29_000 })
  })

  it('is found behind somebody who dropped it, as soon as he has gone', () => {
    const person: Box = [80 / WIDTH, 40 / HEIGHT, 130 / WIDTH, 110 / HEIGHT]
    const street = new Street().look(10)
    street.look(20, (canvas) => canvas.bag(...SPOT, WHITE), [person])
    expect(street.objects).toEqual([])
    street.look(8, (canvas) => canvas.bag(...SPOT, WHITE))
    expect(street.objects).toHaveLength(1)
  })

  it('goes on to be known for hours, while the light changes and people pass before it', () => {
    const street = new Street().look(10)
    street.look(150, (canvas, i) => {
      canvas.bag(...SPOT, BLUE)
      canvas.light(0, 0, WIDTH, HEIGHT, 1 - 0.4 * Math.sin(i / 50))
      if (i % 10 < 3) canvas.bag(95 + (i % 10) * 4, 60, [150, 60, 60], 40)
    })
    expect(street.objects.filter(({ box }) => overlapOf(box, boxOf(SPOT)) > 0.4)).toHaveLength(1)
  })

  it('is gone when it is taken away, and its place is bare again', () => {
    const street = new Street().look(10).look(30, (canvas) => canvas.bag(...SPOT, BLUE))
    expect(street.look(5).objects).toEqual([])
    expect(street.look(20).objects).toEqual([])
  })

  it('grows with what is put beside it, and stays one', () => {
    const street = new Street().look(10).look(20, (canvas) => canvas.bag(...SPOT, BLUE))
    const [before] = street.objects
    street.look(20, (canvas) => {
      canvas.bag(...SPOT, BLUE)
      canvas.bag(SPOT[0] + 14, SPOT[1], WHITE)
    })
    expect(street.objects).toHaveLength(1)
    expect(street.objects[0]?.id).toBe(before?.id)
    expect(street.objects[0]?.area).toBeGreaterThan(1.6 * (before?.area ?? 0))
  })

  it('is known by night vision, too, and its being taken away is seen by it', () => {
    const lawn = (canvas: Canvas) => canvas.tint([0.7, 1.1, 0.5])
    const street = new Street().look(10, lawn).look(30, (canvas) => {
      lawn(canvas)
      canvas.bag(...SPOT, BLUE)
    })
    street.look(30, (canvas) => {
      lawn(canvas)
      canvas.bag(...SPOT, BLUE)
      canvas.grey = true
    })
    expect(street.objects).toMatchObject([{ now: 'there', stayedMs: 58_000 }])
    street.look(3, (canvas) => {
      lawn(canvas)
      canvas.grey = true
    })
    expect(street.objects).toEqual([])
  })

  it('is known again after a restart, though the picture has never been seen without it', () => {
    const { objects } = new Street().look(10).look(30, (canvas) => canvas.bag(...SPOT, BLUE))
    const again = new Street(new StaticLayer([], objects)).look(30, (canvas) => canvas.bag(...SPOT, BLUE))
    expect(again.objects).toMatchObject([{ now: 'there', stayedMs: 59_000 }])
    again.look(30, (canvas) => {
      canvas.bag(...SPOT, BLUE)
      canvas.bag(200, 100, WHITE)
    })
    expect(new Set(again.objects.map(({ id }) => id)).size).toBe(2)
    expect(again.look(30).objects).toEqual([])
    const cleaned = new Street(new StaticLayer([], objects)).look(3)
    expect(cleaned.objects).toEqual([])
  })

  it('is what a detector says it is, where one knows it', () => {
    const street = new Street().look(10).look(30, (canvas) => canvas.bag(...SPOT, BLUE, 40))
    expect(street.objects).toHaveLength(1)
    const scooter = boxOf(SPOT, 40)
    expect(street.look(3, (canvas) => canvas.bag(...SPOT, BLUE, 40), [scooter]).objects).toEqual([])
  })
})

describe('nothing new is', () => {
  it.each<[string, (canvas: Canvas, i: number) => void]>([
    ['a shadow that falls and stays', (canvas) => canvas.light(60, 40, 90, 50, 0.55)],
    ['a shadow under a blue sky', (canvas) => canvas.colour(60, 40, 90, 50, [0.42, 0.46, 0.54])],
    ['the small shadow of a sign', (canvas) => canvas.light(60, 40, 14, 20, 0.6)],
    ['the light of a shop in the evening', (canvas) => canvas.light(200, 60, 60, 70, 1.6)],
    ['a cloud', (canvas, i) => canvas.light(0, 0, WIDTH, HEIGHT, 1 - Math.min(0.5, i / 20))],
    ['a lamp that is switched on', (canvas) => canvas.light(0, 0, WIDTH, HEIGHT, 1.7)],
    ['a shadow that wanders', (canvas, i) => canvas.light(20 + i, 40, 30, 60, 0.5)],
    ['headlights that sweep by', (canvas, i) => canvas.light((i * 23) % 260, 100, 50, 30, 1.8)],
    ['a camera that sways on its pole', (canvas, i) => void (canvas.sway = i % 2)],
    [
      'leaves in the wind',
      (canvas, i) => {
        for (let leaf = 0; leaf < 12; leaf++) {
          canvas.bag(20 + ((leaf * 37 + i * 5) % 60), 20 + ((leaf * 23 + i * 3) % 40), [50, 90, 40], 6)
        }
      },
    ],
    [
      'rain',
      (canvas, i) => {
        for (let drop = 0; drop < 60; drop++) {
          canvas.light((drop * 53 + i * 71) % 318, (drop * 29 + i * 43) % 170, 1, 8, 1.4)
        }
      },
    ],
    ['wet ground', (canvas, i) => canvas.light(0, 90, WIDTH, 80, 1 - Math.min(0.35, i / 40))],
  ])('%s', (_, paint) => {
    const { objects } = new Street().look(20).look(40, paint)
    expect(objects.map(({ box, area, contrast }) => ({ box, area, contrast }))).toEqual([])
  })

  it('what is no longer there, though it lay there when the camera was hung up', () => {
    const street = new Street().look(20, (canvas) => canvas.bag(...SPOT, BLUE))
    expect(street.look(30).objects).toEqual([])
  })

  it('what lies in a mask', () => {
    const around = [
      [0.2, 0.2],
      [0.6, 0.2],
      [0.6, 0.8],
      [0.2, 0.8],
    ] as [number, number][]
    const street = new Street(new StaticLayer([around], []))
    expect(street.look(10).look(40, (canvas) => canvas.bag(...SPOT, BLUE)).objects).toEqual([])
  })
})

describe.skipIf(!hasPhotos)('litter that was dropped on a lawn, as a camera on a roof saw it', () => {
  /** In pixels of the photographs: where people stand, and where litter lies. */
  const PEOPLE: Record<number, Box[]> = {
    1: [
      [250, 500, 560, 1020],
      [985, 195, 1210, 630],
    ],
    2: [[845, 275, 1150, 705]],
    3: [[1415, 0, 1640, 415]],
  }

  async function seen(...pictures: number[]): Promise<readonly StillObject[]> {
    const layer = new StaticLayer([], [])
    let objects: readonly StillObject[] = []
    for (const picture of pictures) {
      const frame = await readImageFile(new URL(`cctv_litter_drop_${picture}.jpg`, PHOTOS).pathname)
      const people = (PEOPLE[picture] ?? []).map((box) => box.map((side, i) => side / (i % 2 ? 1080 : 1920)))
      for (let i = 0; i < 8; i++) objects = layer.look(frame, people as unknown as Box[], 1_000)
    }
    return objects
  }

  /** To within 20 pixels. */
  const places = (objects: readonly StillObject[], where: readonly (readonly [number, number])[]) =>
    objects.map(({ box: [x1, y1, x2, y2] }) =>
      where.find(([x, y]) => Math.hypot((x1 + x2) * 960 - x, (y1 + y2) * 540 - y) < 20),
    )

  it('is found, all of it that is new, and nothing else', async () => {
    const later = [
      [1480, 648],
      [687, 729],
      [1098, 744],
    ] as const
    expect(places(await seen(2, 3), later)).toEqual(later)
    const other = [
      [1334, 480],
      [1092, 752],
    ] as const
    expect(places(await seen(2, 1), other)).toEqual(other)
  })

  it('is told from litter that has been picked up', async () => {
    expect(await seen(1, 2)).toEqual([])
  })
})
