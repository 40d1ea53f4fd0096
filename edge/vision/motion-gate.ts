import type { Frame } from '@ganzhi/models/frame'

/** A point in shares of width and height, from the top left corner. */
export type Point = readonly [number, number]

export interface MotionGateOptions {
  /** How often a picture in which nothing moves is looked at nevertheless. */
  readonly idleEveryMs: number
  /** How often while things are followed: who stands still is not gone. */
  readonly followEveryMs: number
  /** Polygons in which motion means nothing: a flag, a tree, the clock in the corner. */
  readonly masks: readonly (readonly Point[])[]
  /** Share of the picture that has to move. */
  readonly least: number
}

export const MOTION_GATE_DEFAULTS: MotionGateOptions = {
  idleEveryMs: 10_000,
  followEveryMs: 1_000,
  masks: [],
  least: 0.001,
}

/** Why a frame is to be looked at; `still`: it need not be. */
export type Motion = 'moving' | 'lingering' | 'changed' | 'due' | 'still'

const MOST_ACROSS = 80
const MOST_DOWN = 60
/** Of a cell's pixels so many rows and columns are read: their mean is steady enough, at a tenth of the cost. */
const SAMPLES = 4
/** The background follows within so long; what stays becomes part of it. */
const BACKGROUND_MS = 15_000
const NOISE_MS = 30_000
/** In steps of brightness, 0 to 255. */
const LEAST_CHANGE = 10
const TIMES_NOISE = 5
/** Until it is known: a noisy camera at night. */
const FIRST_NOISE = 4
/** All of the picture brighter or darker by so much from one frame to the next … */
const FLASH = 25
/** … or more of it at once is lightning, a lamp, night vision, another view: no motion, and a new background. */
const WHOLE_PICTURE = 0.6
/** After motion looks go on: who stops is seen standing. */
const LINGERS_MS = 2_000

/** Tells cheaply which frames are worth a detector's time. One a camera. */
export class MotionGate {
  readonly #options: MotionGateOptions
  #shape = ''
  #cells: Cells = cellsOf(1, 1, [])
  #now = new Float32Array(0)
  #background = new Float32Array(0)
  #noise = new Float32Array(0)
  #at = 0
  #movedAt = -Infinity
  #lookedAt = -Infinity

  constructor(options: MotionGateOptions = MOTION_GATE_DEFAULTS) {
    this.#options = options
  }

  /** `following`: somebody is in the picture as far as is known. */
  judge(frame: Frame, following: boolean): Motion {
    const { at } = frame
    const motion = this.#motion(frame)
    if (motion === 'moving') this.#movedAt = at
    const every = following ? this.#options.followEveryMs : this.#options.idleEveryMs
    // A clock that was set back delays no look.
    const due = at - this.#lookedAt >= every || at < this.#lookedAt
    const lingering = at >= this.#movedAt && at - this.#movedAt < LINGERS_MS
    const why = motion !== 'still' ? motion : lingering ? 'lingering' : due ? 'due' : 'still'
    if (why !== 'still') this.#lookedAt = at
    return why
  }

  #motion(frame: Frame): 'moving' | 'changed' | 'still' {
    const shape = `${frame.width}x${frame.height}`
    const anew = shape !== this.#shape
    if (anew) {
      this.#shape = shape
      this.#cells = cellsOf(frame.width, frame.height, this.#options.masks)
      this.#now = new Float32Array(this.#cells.count)
      this.#background = new Float32Array(this.#cells.count)
      this.#noise = new Float32Array(this.#cells.count).fill(FIRST_NOISE)
    }
    const passedMs = Math.max(0, frame.at - this.#at)
    this.#at = frame.at
    brightnessOf(frame, this.#cells, this.#now)
    if (anew) {
      this.#background.set(this.#now)
      return 'changed'
    }
    // A cloud or the camera's exposure changes all alike: that is no motion.
    const brighter = medianDifference(this.#now, this.#background)
    const moving = this.#compare(brighter, passedMs)
    if (Math.abs(brighter) > FLASH || moving > WHOLE_PICTURE * this.#cells.count) {
      this.#background.set(this.#now)
      return 'changed'
    }
    return moving >= Math.max(1, this.#options.least * this.#cells.count) ? 'moving' : 'still'
  }

  /** How many cells differ by more than their own noise; the background follows. */
  #compare(brighter: number, passedMs: number): number {
    const [now, background, noise] = [this.#now, this.#background, this.#noise]
    const follows = 1 - Math.exp(-passedMs / BACKGROUND_MS)
    const learns = 1 - Math.exp(-passedMs / NOISE_MS)
    let moving = 0
    for (const cell of this.#cells.watched) {
      const difference = (now[cell] ?? 0) - (background[cell] ?? 0) - brighter
      const change = Math.abs(difference)
      const usual = noise[cell] ?? 0
      if (change > Math.max(LEAST_CHANGE, TIMES_NOISE * usual)) moving += 1
      background[cell] = (background[cell] ?? 0) + brighter + follows * difference
      noise[cell] = usual + learns * (change - usual)
    }
    return moving
  }
}

interface Cells {
  readonly count: number
  /** Those that no mask covers. */
  readonly watched: readonly number[]
  /** Where in the frame's bytes the samples of each cell are. */
  readonly samples: Int32Array
  readonly samplesEach: number
}

function cellsOf(width: number, height: number, masks: MotionGateOptions['masks']): Cells {
  const across = Math.min(MOST_ACROSS, width)
  const down = Math.min(MOST_DOWN, height)
  const samplesEach = SAMPLES * SAMPLES
  const samples = new Int32Array(across * down * samplesEach)
  const watched: number[] = []
  for (let cell = 0; cell < across * down; cell++) {
    const [column, row] = [cell % across, Math.floor(cell / across)]
    const middle = [(column + 0.5) / across, (row + 0.5) / down] as const
    if (!masks.some((mask) => isInside(middle, mask))) watched.push(cell)
    for (let i = 0; i < samplesEach; i++) {
      const x = Math.floor(((column + ((i % SAMPLES) + 0.5) / SAMPLES) / across) * width)
      const y = Math.floor(((row + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) / down) * height)
      // Green stands for brightness: it has most of it, and is one byte to read.
      samples[cell * samplesEach + i] = 3 * (y * width + x) + 1
    }
  }
  return { count: across * down, watched, samples, samplesEach }
}

function brightnessOf({ rgb }: Frame, { samples, samplesEach, watched }: Cells, into: Float32Array): void {
  for (const cell of watched) {
    let sum = 0
    const end = (cell + 1) * samplesEach
    for (let i = cell * samplesEach; i < end; i++) sum += rgb[samples[i] ?? 0] ?? 0
    into[cell] = sum / samplesEach
  }
}

function medianDifference(a: Float32Array, b: Float32Array): number {
  const counts = new Uint32Array(511)
  for (let i = 0; i < a.length; i++) {
    const step = Math.round((a[i] ?? 0) - (b[i] ?? 0)) + 255
    counts[step] = (counts[step] ?? 0) + 1
  }
  let passed = 0
  const half = a.length / 2
  return counts.findIndex((count) => (passed += count) >= half) - 255
}

function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false
  for (const [i, [x1, y1]] of polygon.entries()) {
    const [x2, y2] = polygon.at(i - 1) ?? [x1, y1]
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
  }
  return inside
}
