import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { keyOf, randomStream } from '../../signal.ts'
import { type Film, paintedFilm, type Size } from './film.ts'

/** Drawn in these units, and scaled to the size that is asked for. */
const WIDTH = 640
const HEIGHT = 360
/** Where houses end and the pavement begins. */
const HORIZON = 150
/** Beyond the edges, so that a walker who begins again is out of sight. */
const MARGIN = 60

const COATS = ['#8c2f2b', '#2b4a8c', '#2f6b3a', '#c7a13b', '#3a3a40', '#7d5a86']
const WALLS = ['#b7a58d', '#9fa8ab', '#c4b7a3', '#8e8f86']

interface Walker {
  /** Where the feet are. */
  readonly y: number
  readonly height: number
  readonly coat: string
  readonly toLeft: boolean
  /** Crossings in one film: a whole number, so that its end fits its beginning. */
  readonly crossings: number
  readonly phase: number
}

/** A street with people walking by, or with nobody. */
export function streetFilm(seed: number, seconds: number, walkers: number): Film {
  const random = randomStream(keyOf(seed, 'walkers'))
  const people = Array.from({ length: walkers }, () => walkerOf(random)).sort((a, b) => a.y - b.y)
  const backdrops = new Map<number, ReturnType<typeof backdrop>>()
  return paintedFilm({
    title: walkers > 0 ? 'street' : 'empty street',
    seconds: walkers > 0 ? seconds : 1,
    sceneAt: (ms) => (walkers > 0 ? ms : 0),
    peopleAt(ms, size) {
      const scale = [size.width / WIDTH, size.height / HEIGHT]
      return people
        .map((walker) => boxOf(walker, ms / 1_000 / seconds))
        .filter(([x1 = 0, , x2 = 0]) => x2 > 0 && x1 < WIDTH)
        .map((box) => box.map((at, i) => Math.round(at * (scale[i % 2] ?? 1))))
    },
    paint(context, size, ms) {
      const behind = backdrops.get(size.width) ?? backdrop(seed, size)
      backdrops.set(size.width, behind)
      context.drawImage(behind, 0, 0)
      context.save()
      context.scale(size.width / WIDTH, size.height / HEIGHT)
      for (const walker of people) drawWalker(context, walker, ms / 1_000 / seconds)
      context.restore()
    },
  })
}

function walkerOf(random: () => number): Walker {
  const near = random()
  return {
    y: HORIZON + 40 + near * 150,
    height: 60 + near * 110,
    coat: COATS[Math.floor(random() * COATS.length)] ?? '',
    toLeft: random() < 0.5,
    crossings: 1 + Math.floor(random() * 2),
    phase: random(),
  }
}

/** `share` of the film is over. */
function centreOf({ crossings, phase, toLeft }: Walker, share: number): number {
  const way = (phase + crossings * share) % 1
  return -MARGIN + (toLeft ? 1 - way : way) * (WIDTH + 2 * MARGIN)
}

function boxOf(walker: Walker, share: number): number[] {
  const x = centreOf(walker, share)
  const half = walker.height * 0.18
  return [x - half, walker.y - walker.height, x + half, walker.y]
}

function drawWalker(context: SKRSContext2D, walker: Walker, share: number): void {
  const { y, height, coat } = walker
  const x = centreOf(walker, share)
  const stride = Math.sin(share * walker.crossings * 2 * Math.PI * 24) * height * 0.14
  const limb = (fromY: number, toX: number, toY: number, width: number, colour: string) => {
    context.strokeStyle = colour
    context.lineWidth = width
    context.lineCap = 'round'
    context.beginPath()
    context.moveTo(x, fromY)
    context.lineTo(toX, toY)
    context.stroke()
  }
  const hip = y - height * 0.47
  const shoulder = y - height * 0.8
  limb(hip, x + stride, y - 2, height * 0.09, '#2a2c33')
  limb(hip, x - stride, y - 2, height * 0.09, '#1f2127')
  limb(shoulder, x - stride * 0.8, hip, height * 0.07, coat)
  context.fillStyle = coat
  context.beginPath()
  context.roundRect(x - height * 0.11, shoulder - height * 0.04, height * 0.22, height * 0.4, height * 0.07)
  context.fill()
  limb(shoulder, x + stride * 0.8, hip, height * 0.06, coat)
  context.fillStyle = '#d8a98a'
  context.beginPath()
  context.arc(x, y - height * 0.91, height * 0.085, 0, 2 * Math.PI)
  context.fill()
}

function backdrop(seed: number, size: Size) {
  const canvas = createCanvas(size.width, size.height)
  const context = canvas.getContext('2d')
  const random = randomStream(keyOf(seed, 'houses'))
  const rect = (colour: string, x: number, y: number, width: number, height: number) => {
    context.fillStyle = colour
    context.fillRect(x, y, width, height)
  }
  context.scale(size.width / WIDTH, size.height / HEIGHT)
  rect('#a9bccb', 0, 0, WIDTH, HORIZON)
  rect('#8b8a86', 0, HORIZON, WIDTH, 70)
  rect('#5a5b5e', 0, HORIZON + 70, WIDTH, HEIGHT)
  for (let x = 0; x < WIDTH; x += 80) rect('#d9d6c8', x + 20, HORIZON + 140, 40, 6)
  for (let x = -20; x < WIDTH;) {
    const width = 70 + random() * 80
    const top = 10 + random() * 60
    rect(WALLS[Math.floor(random() * WALLS.length)] ?? '', x, top, width - 3, HORIZON - top)
    for (let y = top + 10; y < HORIZON - 25; y += 26) {
      for (let at = x + 10; at < x + width - 18; at += 22) {
        rect(random() < 0.2 ? '#e8d9a0' : '#55626b', at, y, 12, 15)
      }
    }
    x += width
  }
  return canvas
}
