import { GanzhiError } from '@ganzhi/contracts/error'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { CameraPipeline, type PipelineOptions, type Sight } from './camera-pipeline.ts'
import { CorePermits } from './detectors/core-permits.ts'
import { type Behaviour, FakeModels } from './detectors/fake-models.ts'
import { SharedDetector } from './detectors/shared-detector.ts'
import { feedPipelines } from './feed-pipelines.ts'
import { MotionGate } from './motion-gate.ts'
import { shareBudget } from './share-budget.ts'

let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

const person: Detection = { label: 'person', score: 0.8, box: [1, 1, 5, 9] }

async function aGateway(behaviour: Behaviour, cameras: Record<string, Partial<PipelineOptions>>) {
  const clock = manualClock()
  const models = new FakeModels(clock, { model: behaviour })
  const log = pino({ level: 'silent' })
  const detector = stack.use(
    new SharedDetector(models.order('model'), {
      clock,
      log,
      cores: new CorePermits(2),
      threads: 2,
      open: models.open,
    }),
  )
  await clock.advance(1)
  const sights: Sight[] = []
  const pipelines = Object.entries(cameras).map(([camera, options]) =>
    stack.use(
      new CameraPipeline({
        camera,
        clock,
        detector,
        fps: 5,
        onSight: (sight) => sights.push(sight),
        ...options,
      }),
    ),
  )
  const shared = pipelines.filter(({ figures }) => figures.askedFps < Infinity)
  stack.use(shareBudget(clock, () => shared))
  const byName = new Map(Object.keys(cameras).map((camera, index) => [camera, pipelines[index]!]))
  const figures = (camera: string) => byName.get(camera)!.figures
  /** Every camera delivers 5 frames a second, `moving` ones of changing pictures. */
  async function run(seconds: number, moving: readonly string[] = []) {
    for (let i = 0; i < 5 * seconds; i++) {
      for (const [camera, pipeline] of byName) {
        void pipeline.take(picture(clock.now(), moving.includes(camera) ? i : undefined))
      }
      await clock.advance(200)
    }
  }
  return { clock, models, detector, sights, figures, run, pipelines }
}

/** A grey picture, in which a black bar goes from side to side. */
function picture(at: number, step?: number): Frame {
  const rgb = new Uint8Array(3 * 16 * 12).fill(120)
  if (step !== undefined)
    for (let y = 0; y < 12; y++) rgb.fill(0, 3 * (16 * y + (step % 16)), 3 * (16 * y + (step % 16)) + 3)
  return { width: 16, height: 12, rgb, at }
}

test('what is seen is followed, and told with its model', async () => {
  const { sights, run, figures } = await aGateway({ see: () => [person], lookMs: 30 }, { gate: {} })
  await run(10)
  expect(sights).toHaveLength(50)
  expect(sights.at(-1)).toMatchObject({
    camera: 'gate',
    model: { id: 'test/model', version: 1 },
    detections: [person],
    tracks: { all: [{ id: 1, label: 'person', seen: 50 }] },
  })
  expect(figures('gate')).toMatchObject({ seen: 50, skipped: 0, late: 0, inferenceMs: 30, lagMs: 30 })
  expect(figures('gate').reachedFps).toBeCloseTo(5, 0)
})

test('idle cameras leave their time to those in which something moves', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const cameras = Object.fromEntries(names.map((name) => [name, { gate: new MotionGate() }]))
  const { run, figures } = await aGateway({ lookMs: 80 }, cameras)
  await run(30, ['a', 'b'])
  for (const name of names) expect(figures(name).reachedFps).toBeGreaterThan(0.95 * 5)
  expect(figures('h').seen).toBeLessThan(10)
  expect(figures('a').seen).toBeGreaterThan(140)
})

test('where the machine is too small all give way alike, visibly, and scenes that count minutes keep their rate', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const cameras = { ...Object.fromEntries(names.map((name) => [name, {}])), dwell: { leastFps: 4 } }
  const { run, figures } = await aGateway({ lookMs: 50 }, cameras)
  await run(40)
  expect(figures('dwell').reachedFps).toBeGreaterThan(3.6)
  for (const name of names) {
    const { askedFps, grantedFps, reachedFps, skipped } = figures(name)
    expect(askedFps).toBe(5)
    expect(grantedFps).toBeCloseTo(1.75, 1)
    expect(reachedFps).toBeGreaterThan(1.4)
    expect(reachedFps).toBeLessThan(2)
    expect(skipped).toBeGreaterThan(100)
  }
})

test('models of which there are more than cores have a part of their time each', async () => {
  const clock = manualClock()
  const granted: number[] = []
  const demand = { camera: 'a', wanted: 10, least: 0, costMs: 200 }
  using _ = shareBudget(
    clock,
    () => [{ demand, grant: (fps) => void granted.push(fps) }],
    () => 2 / 3,
  )
  await clock.advance(1_000)
  expect(granted).toEqual([expect.closeTo(3, 5)])
})

test('a model that is down is told by each of its cameras, which see again when it is up', async () => {
  const { clock, models, run, figures } = await aGateway({}, { a: {}, b: {} })
  await run(2)
  models.die('model', new GanzhiError('SIGSEGV', { code: 'detector-died', blame: 'outside' }))
  await clock.advance(1)
  await run(0.4)
  expect([figures('a').modelDown?.code, figures('b').modelDown?.code]).toEqual([
    'detector-died',
    'detector-died',
  ])
  expect(figures('a').failed).toBe(2)
  await run(10)
  expect(figures('a').modelDown).toBeUndefined()
  expect(figures('a').seen).toBeGreaterThan(40)
})

test('frames that were old when they were seen are counted as late', async () => {
  const { run, figures } = await aGateway({ lookMs: 1_500 }, { a: {} })
  await run(10)
  expect(figures('a').late).toBe(figures('a').seen)
  expect(figures('a').skipped).toBeGreaterThan(30)
})

test('of a file every frame is looked at, as fast as that goes; of a camera the newest', async () => {
  const { clock, pipelines, figures } = await aGateway({ lookMs: 40 }, { file: { fps: Infinity } })
  let held = 0
  const frames = Array.from({ length: 60 }, (_, i) => picture(clock.now() + i))
  async function next() {
    const frame = frames.shift()
    if (!frame) return undefined
    held += 1
    expect(held).toBeLessThan(4)
    return { ...frame, [Symbol.dispose]: () => void held-- }
  }
  const { signal } = new AbortController()
  const fed = feedPipelines({ next }, pipelines, { signal, everyFrame: true })
  await clock.advance(60 * 40 + 100)
  await fed
  expect(figures('file')).toMatchObject({ seen: 60, skipped: 0 })
  await expect.poll(() => held).toBe(0)
})
