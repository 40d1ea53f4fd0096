import { decodeEventsRecord } from '@ganzhi/contracts/event'
import type { SceneEvent } from '@ganzhi/contracts/scene-event'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import type { CameraScene } from '@ganzhi/firmware-config/scenes/camera-scene'
import { placeScenes } from '@ganzhi/firmware-config/scenes/placed-scene'
import { loadScenes } from '@ganzhi/firmware-config/scenes/scene-folder'
import type { Detection } from '@ganzhi/models/detection'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { nodeDisk } from '../../outbox/node-disk.ts'
import type { ModelIdentity } from '../detectors/model-identity.ts'
import { NO_TRACKS, track, type Tracks } from '../tracking/tracker.ts'
import type { CameraWatch } from './camera-watch.ts'
import { SceneDesk } from './scene-desk.ts'

const known = await loadScenes()
const [WIDTH, HEIGHT] = [160, 90]
const GREY = 120

type Polygon = NonNullable<CameraScene['zones'][number]['polygon']>

function rectangle(x1: number, y1: number, x2: number, y2: number): Polygon {
  return [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ]
}

/** In percent of the picture. */
function thing(label: string, x1: number, y1: number, x2: number, y2: number, score = 0.8): Detection {
  const box = [x1 * 1.6, y1 * 0.9, x2 * 1.6, y2 * 0.9] as const
  return { label, score, box }
}

const ROAD = { id: 'road', polygon: rectangle(0, 0.3, 1, 1) }
const crowd = (people: number) =>
  Array.from({ length: people }, (_, i) => thing('person', 20 + 5 * i, 40, 24 + 5 * i, 60))

/** One camera under test, with an outbox that only remembers. */
class Town {
  readonly clock = manualClock()
  readonly events: SceneEvent[] = []
  readonly pictures: number[] = []
  model: ModelIdentity = { id: 'test/street', version: 1 }
  watch!: CameraWatch
  #desk!: SceneDesk
  #tracks: Tracks = NO_TRACKS

  static async open(...entries: CameraScene[]): Promise<Town> {
    const town = new Town()
    const dir = await mkdtemp(join(tmpdir(), 'ganzhi-scenes-'))
    afterwards.push(() => rm(dir, { recursive: true, force: true }))
    town.#desk = await SceneDesk.open({
      gateway: 'gw-01',
      dir,
      disk: nodeDisk,
      outbox: {
        append: (lane, body) => town.#accept(lane, body),
        lanes: () => [],
        read: () => Promise.resolve([]),
      },
      clock: town.clock,
      random: randomBytes,
      log: pino({ level: 'silent' }),
    })
    afterwards.push(() => town.close())
    town.configure(...entries)
    return town
  }

  configure(...entries: CameraScene[]): void {
    const placed = placeScenes(known, entries)
    if (!('scenes' in placed)) throw new Error(JSON.stringify(placed.faults))
    this.watch = this.#desk.watch({
      camera: 'camera-1',
      area: '340123-01',
      place: { lon: 117.28, lat: 31.86 },
      scenes: placed.scenes,
    })
  }

  settle(): Promise<void> {
    return this.#desk.settle()
  }

  /** A look a second, at a picture of which something may have been painted over. */
  async see(
    seconds: number,
    things: readonly Detection[] | ((second: number) => readonly Detection[]),
    painted: readonly Detection[] = [],
  ): Promise<this> {
    for (let i = 0; i < seconds; i++) {
      await this.look(typeof things === 'function' ? things(i) : things, painted)
      await this.#desk.told()
    }
    return this
  }

  async look(seen: readonly Detection[], painted: readonly Detection[] = []): Promise<void> {
    await this.clock.advance(1_000)
    const rgb = new Uint8Array(WIDTH * HEIGHT * 3).fill(GREY)
    for (const { box } of painted) paint(rgb, box)
    const frame = { width: WIDTH, height: HEIGHT, rgb, at: this.clock.now() }
    this.#tracks = track(this.#tracks, seen, frame.at)
    this.watch.see({ camera: 'camera-1', frame, model: this.model, detections: seen, tracks: this.#tracks })
    // Pixels are lent.
    rgb.fill(0)
  }

  async close(): Promise<void> {
    await this.#desk[Symbol.asyncDispose]()
  }

  get told(): string[] {
    return this.events.map(({ type, data }) => `${type.slice('cn.ganzhi.vision.'.length)} ${data.reason}`)
  }

  #accept(lane: string, body: Uint8Array) {
    if (lane === 'evidence') this.pictures.push(body.length)
    else {
      const record = decodeEventsRecord(body)
      if (record.kind === 'event') this.events.push(record.event as SceneEvent)
    }
    return Promise.resolve({ epoch: '0123456789abcdef', seq: this.events.length, sha256: '' })
  }
}

function paint(rgb: Uint8Array, [x1, y1, x2, y2]: Detection['box']): void {
  for (let y = Math.round(y1); y < y2; y++) {
    for (let x = Math.round(x1); x < x2; x++) {
      const fold = 30 * Math.sin(x * 2 + y)
      rgb.set([60 + fold, 70 + fold, 190 + fold], 3 * (y * WIDTH + x))
    }
  }
}

const afterwards: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const undo of afterwards.splice(0).toReversed()) await undo()
})

describe('a crowd', () => {
  const scene: CameraScene = {
    scene: 'crowd-gathering',
    zones: [ROAD],
    timing: { repeatSeconds: 0, coolDownSeconds: 0 },
  }

  it('is told with all that says why, and pictures of before, at and after', async () => {
    const town = await Town.open(scene)
    await town.see(20, crowd(3))
    await town.see(60, crowd(9))
    await town.see(100, crowd(2))
    expect(town.told).toEqual(['crowd-gathering.started confirmed', 'crowd-gathering.ended cleared'])
    const [started, ended] = town.events as [SceneEvent, SceneEvent]
    expect(started).toMatchObject({
      subject: 'camera-1',
      area: '340123-01',
      place: { lon: 117.28 },
      confidence: 0.8,
      codes: [{ table: 'ganzhi', code: 'tufa-crowd' }],
      trace: { model: { id: 'test/street', version: '1' }, scene: { id: 'crowd-gathering', version: '1' } },
      data: {
        zone: 'road',
        severity: 'major',
        visibility: 'visible',
        count: 9,
        why: { atLeast: 8, confirmSeconds: 30, hitRatio: 0.6 },
      },
    })
    expect(started.data.things).toHaveLength(9)
    expect(started.evidence?.map(({ role }) => role)).toEqual(['before', 'at', 'at'])
    expect(ended.evidence?.map(({ role }) => role)).toEqual(['after'])
    expect(ended.incident).toBe(started.incident)
    expect(ended.data).toMatchObject({ count: 0, peak: 9, dwellSeconds: 60, begin: started.data.begin })
    expect(town.pictures).toHaveLength(4)
  })

  it('is not made of a queue below the number, nor of people who are not in the zone', async () => {
    const town = await Town.open(scene)
    await town.see(120, crowd(7))
    await town.see(
      120,
      crowd(9).map(({ box: [x1, y1, x2, y2], ...rest }) => ({
        ...rest,
        box: [x1, y1 - 36, x2, y2 - 36] as const,
      })),
    )
    expect(town.told).toEqual([])
  })

  it('goes on, unknown, while the camera is frozen, black or away, or nobody looks; and is not ended by that', async () => {
    for (const kind of ['frozen', 'black', 'moved', 'lost'] as const) {
      const town = await Town.open(scene)
      await town.see(60, crowd(9))
      town.watch.cameraIs({ kind })
      await town.see(300, [])
      town.watch.cameraIs({ kind: 'live' })
      await town.see(20, crowd(9))
      expect({ kind, told: town.told }).toEqual({
        kind,
        told: ['started confirmed', 'updated visibility', 'updated visibility'].map(
          (each) => `crowd-gathering.${each}`,
        ),
      })
      expect(town.events.map(({ data }) => data.visibility)).toEqual(['visible', 'unknown', 'visible'])
    }
    const unseen = await Town.open(scene)
    await unseen.see(60, crowd(9))
    await unseen.clock.advance(600_000)
    await unseen.see(0, [])
    expect(unseen.told).toEqual(['crowd-gathering.started confirmed', 'crowd-gathering.updated visibility'])
  })

  it('is one over a swapped model, a changed configuration, and a clock that is set back', async () => {
    const town = await Town.open(scene)
    await town.see(60, crowd(9))
    town.model = { id: 'test/street', version: 2, digest: 'a'.repeat(64) }
    await town.see(20, crowd(9))
    town.watch[Symbol.dispose]()
    town.configure({ ...scene, rule: { atLeast: 9 } })
    await town.settle()
    await town.see(20, crowd(9))
    town.clock.setNow(town.clock.now() - 3_600_000)
    await town.see(20, crowd(9))
    await town.see(100, [])
    expect(town.told).toEqual(['crowd-gathering.started confirmed', 'crowd-gathering.ended cleared'])
    const [started, ended] = town.events as [SceneEvent, SceneEvent]
    expect(ended.trace.model).toMatchObject({ version: '2', sha256: 'a'.repeat(64) })
    expect(ended.trace.scene.sha256).not.toBe(started.trace.scene.sha256)
  })

  it('is withdrawn when its zone is no more', async () => {
    const town = await Town.open(scene)
    await town.see(60, crowd(9))
    town.watch[Symbol.dispose]()
    town.configure({ scene: 'zone', zones: [ROAD] })
    await town.settle()
    expect(town.told).toEqual(['crowd-gathering.started confirmed', 'crowd-gathering.ended withdrawn'])
  })
})

describe('a stall', () => {
  const scene: CameraScene = {
    scene: 'street-vending',
    zones: [ROAD, { id: 'door', variant: 'shop-front', polygon: rectangle(0.6, 0.3, 0.9, 0.8) }],
    timing: { repeatSeconds: 0 },
  }

  it('that stays is told after its time, and which before a shop is the shop’s', async () => {
    const town = await Town.open(scene)
    await town.see(310, [thing('stall', 20, 40, 35, 60), thing('stall', 65, 40, 80, 60)])
    expect(town.told.toSorted()).toEqual(['shop-spill.started confirmed', 'street-vending.started confirmed'])
    expect(town.events.map(({ data }) => data.dwellSeconds)).toEqual([300, 300])
    expect(town.events.map(({ codes }) => codes?.map(({ code }) => code).join(' ') ?? '').toSorted()).toEqual(
      ['0501 09006', '0504 09005'],
    )
  })

  it('that delivers and leaves before its time, one after the other, is none', async () => {
    const town = await Town.open(scene)
    for (const x of [10, 30, 50]) await town.see(280, [thing('stall', x, 40, x + 15, 60)])
    expect(town.told).toEqual([])
  })
})

describe('what flickers', () => {
  it('is no stall, though somebody has stood before it ever since', async () => {
    const town = await Town.open({ scene: 'street-vending', zones: [ROAD], rule: { seconds: 60 } })
    const stall = thing('stall', 20, 50, 30, 65)
    await town.see(1, [stall])
    await town.see(100, (i) => [thing('person', 19, 40, 31, 66), ...(i === 70 ? [stall] : [])])
    expect(town.told).toEqual([])
  })
})

describe('garbage', () => {
  const scene: CameraScene = {
    scene: 'exposed-garbage',
    zones: [ROAD],
    rule: { unnamed: true },
    timing: { repeatSeconds: 0 },
  }
  const bag = thing('garbage', 40, 50, 46, 60, 0.6)
  const person = thing('person', 44, 40, 50, 62)

  it('is told when nobody is with it, by what changed in the picture alone, and ends when it was taken away', async () => {
    const town = await Town.open(scene)
    await town.see(10, [])
    await town.see(90, [person], [bag])
    expect(town.told).toEqual([])
    await town.see(70, [], [bag])
    expect(town.told).toEqual(['exposed-garbage.started confirmed'])
    expect(town.events[0]?.data.things).toMatchObject([{ label: 'object' }])
    await town.see(90, [])
    expect(town.told[1]).toBe('exposed-garbage.ended cleared')
    expect(town.events[1]?.evidence?.map(({ role }) => role)).toEqual(['after'])
  })

  it('is told by a detector that knows it, where it lay from the beginning', async () => {
    const town = await Town.open(scene)
    await town.see(70, [bag], [bag])
    expect(town.told).toEqual(['exposed-garbage.started confirmed'])
    expect(town.events[0]).toMatchObject({ confidence: 0.6, data: { things: [{ label: 'garbage' }] } })
  })

  it('that may soon be told is worth more looks than a picture in which nothing moves', async () => {
    const town = await Town.open(scene)
    await town.see(10, [])
    expect(town.watch.attentive).toBe(false)
    await town.see(20, [], [bag])
    expect(town.watch.attentive).toBe(true)
    await town.see(60, [], [bag])
    expect(town.watch.attentive).toBe(false)
    await town.see(10, [])
    expect(town.watch.attentive).toBe(true)
    await town.see(80, [])
    expect(town.watch.attentive).toBe(false)
  })

  it('is only what a detector calls so, where one knows it; that it does so now and then is enough', async () => {
    const town = await Town.open({ ...scene, rule: {} })
    await town.see(10, [])
    const leaves = thing('leaves', 70, 50, 80, 60)
    await town.see(100, (i) => (i % 5 === 0 ? [bag] : []), [bag, leaves])
    expect(town.told).toEqual(['exposed-garbage.started confirmed'])
    expect(town.events[0]?.data.things).toMatchObject([{ label: 'garbage' }])
  })

  it('may have an unsure name where the picture shows that it is new, and only there', async () => {
    const unsure = { ...bag, score: 0.3 }
    const shown = await Town.open({ ...scene, rule: {} })
    await shown.see(10, [])
    await shown.see(80, [unsure], [bag])
    expect(shown.told).toEqual(['exposed-garbage.started confirmed'])
    const unseen = await Town.open({ ...scene, rule: {} })
    await unseen.see(10, [])
    await unseen.see(80, [unsure])
    expect(unseen.told).toEqual([])
  })

  it('is told though part of it is taken for a person, and not while somebody stands there', async () => {
    const part = thing('person', 41, 51, 44, 59)
    const heap = await Town.open(scene)
    await heap.see(80, [bag, part])
    expect(heap.told).toEqual(['exposed-garbage.started confirmed'])
    const owner = await Town.open(scene)
    await owner.see(80, [bag, person])
    expect(owner.told).toEqual([])
  })

  it('that touches something else in the picture is two things where a detector knows them apart', async () => {
    const town = await Town.open({ ...scene, zones: [{ id: 'left', polygon: rectangle(0, 0.3, 0.5, 0.62) }] })
    const below = thing('garbage', 43, 60, 52, 85, 0.6)
    await town.see(10, [])
    await town.see(80, [bag, below], [bag, below])
    expect(town.events[0]?.data).toMatchObject({ zone: 'left', things: [{ label: 'garbage' }] })
  })

  it('at a bin is the bin’s', async () => {
    const town = await Town.open(scene)
    await town.see(70, [bag, thing('bin', 47, 45, 52, 60)], [])
    expect(town.told).toEqual(['bin-overflow.started confirmed'])
  })

  it('at a bin is the bin’s also in looks that miss the bin, and where it is seen too late', async () => {
    const bin = thing('bin', 47, 45, 52, 60)
    const missed = await Town.open(scene)
    await missed.see(90, (i) => (i % 4 === 3 || i > 70 ? [bag] : [bag, bin]))
    expect(missed.told).toEqual(['bin-overflow.started confirmed'])
    const late = await Town.open(scene)
    await late.see(90, (i) => (i > 70 ? [bag, bin] : [bag]))
    expect(late.told).toEqual(['exposed-garbage.started confirmed'])
  })

  it('is no single bottle, and nothing that somebody knows by another name', async () => {
    const town = await Town.open(scene)
    const bottle = thing('garbage', 40, 50, 41.5, 53)
    const scooter = thing('two-wheeler', 60, 45, 75, 65)
    await town.see(10, [])
    await town.see(100, [bottle, scooter], [bottle, scooter])
    expect(town.told).toEqual([])
  })
})

describe('a line', () => {
  it('tells who crosses it the way that counts', async () => {
    const line: CameraScene = {
      scene: 'line',
      zones: [
        {
          id: 'gate',
          line: [
            [0.5, 1],
            [0.5, 0],
          ],
        },
      ],
    }
    const town = await Town.open(line)
    const walker = (x: number) => [thing('person', x, 40, x + 6, 70)]
    await town.see(30, (i) => walker(80 - 2 * i))
    expect(town.told).toEqual([])
    await town.see(20, [])
    await town.see(30, (i) => walker(20 + 2 * i))
    await town.see(5, [])
    expect(town.told).toEqual(['line.started confirmed', 'line.ended cleared'])
  })
})
