import { decodeEvidence } from '@ganzhi/contracts/evidence'
import { decodeEventsRecord } from '@ganzhi/contracts/event'
import type { SceneEvent } from '@ganzhi/contracts/scene-event'
import { systemClock } from '@ganzhi/device-drivers/clock'
import { placeScenes } from '@ganzhi/firmware-config/scenes/placed-scene'
import type { Privacy } from '@ganzhi/firmware-config/scenes/privacy'
import { loadScenes } from '@ganzhi/firmware-config/scenes/scene-folder'
import { decodeImage } from '@ganzhi/models/image-file'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nodeDisk } from '../outbox/node-disk.ts'
import { FakeModels } from './detectors/fake-models.ts'
import { RunningAgent } from './fixtures/running-agent.ts'
import { SceneDesk } from './scenes/scene-desk.ts'
import { Vision } from './vision.ts'

const log = pino({ level: 'silent' })
const WHOLE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as [number, number][]
const UPPER_HALF = [
  [0, 0],
  [1, 0],
  [1, 0.5],
  [0, 0.5],
] as [number, number][]

let site: RunningAgent
let camera: { readonly main: string; readonly sub: string }
let tell: (line: string) => void
beforeAll(async () => {
  site = await RunningAgent.in()
  const simulator = await site.simulate(...'--fps 5 --loop-s 2 --painted main --painted sub'.split(' '))
  camera = simulator.cameras[0]!
  tell = simulator.tell
})
afterAll(() => site[Symbol.asyncDispose]())

let stack = new AsyncDisposableStack()
afterEach(async () => {
  tell('clear')
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

/** A gateway that watches for somebody in the picture of one camera with two streams; there always is somebody. */
async function watching(privacy: Privacy) {
  const dir = await mkdtemp(join(tmpdir(), 'vision-evidence-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const events: SceneEvent[] = []
  const pictures: Uint8Array[] = []
  const append = (lane: string, body: Uint8Array) => {
    if (lane === 'evidence') pictures.push(decodeEvidence(body).bytes)
    else {
      const record = decodeEventsRecord(body)
      if (record.kind === 'event') events.push(record.event as SceneEvent)
    }
    return Promise.resolve({ epoch: '0123456789abcdef', seq: events.length, sha256: '' })
  }
  const outbox = { append, lanes: () => [], read: () => Promise.resolve([]) }
  const desk = { gateway: 'gw-01', dir, disk: nodeDisk, outbox, clock: systemClock, random: randomBytes, log }
  const scenes = stack.use(await SceneDesk.open(desk))
  const looked: number[] = []
  const models = new FakeModels(systemClock, {
    people: {
      lookMs: 1,
      see: (frame) => {
        looked.push(frame.width)
        return [{ label: 'person', score: 0.9, box: [10, 10, 60, 200] }]
      },
    },
  })
  const vision = stack.use(
    new Vision({
      scenes,
      ffmpeg: () => Promise.resolve('ffmpeg'),
      dataDir: dir,
      random: () => 0,
      cores: 2,
      open: models.open,
      clock: systemClock,
      log,
    }),
  )
  const placed = placeScenes(await loadScenes(), [
    { scene: 'zone', zones: [{ id: 'square', polygon: WHOLE }], clip: { seconds: 2 } },
  ])
  if (!('scenes' in placed)) throw new Error(JSON.stringify(placed.faults))
  await vision.reconfigure({
    models: new Map([['people', { model: models.order('people') }]]),
    cameras: new Map([
      [
        'gate',
        {
          source: { kind: 'rtsp', url: camera.main, sub: camera.sub },
          size: { width: 640, height: 640 },
          fps: 5,
          gate: false,
          looks: [{ model: 'people' }],
          privacy,
          scenes: placed.scenes.map((scene) => ({ ...scene, model: 'people' })),
        },
      ],
    ]),
  })
  return { events, pictures, looked, vision }
}

test('an incident is shown as the main stream shows it, masks and coarse heads included, and in a clip', async () => {
  const { events, pictures, looked } = await watching({ masks: [UPPER_HALF], blurHeads: true })
  await expect.poll(() => events.length).toBe(1)
  const [main, marked] = await Promise.all(pictures.slice(0, 2).map((jpeg) => decodeImage(jpeg)))
  expect(events[0]?.evidence?.map(({ role }) => role)).toEqual(['at', 'at', 'clip'])
  expect(String(pictures[2]?.subarray(4, 8))).toBe('ftyp')
  expect([main?.width, main?.height, marked?.width]).toEqual([1_280, 720, 640])
  const bright = (from: number, to: number) =>
    main!.rgb.subarray(3 * 1_280 * from, 3 * 1_280 * to).some((v) => v > 100)
  expect([bright(0, 300), bright(400, 720)]).toEqual([false, true])
  // Heads are looked for where they are in that picture.
  expect(looked.filter((width) => width === 1_280)).toHaveLength(1)
})

test('an incident whose main stream hangs is told all the same, with what was looked at, and no look is missed', async () => {
  tell('hang stream=main')
  const { events, pictures, looked, vision } = await watching({})
  // Before ffmpeg gives up by itself.
  await expect.poll(() => events.length, { timeout: 13_000 }).toBe(1)
  const shown = await Promise.all(pictures.slice(0, 2).map((jpeg) => decodeImage(jpeg)))
  expect(shown.map(({ width }) => width)).toEqual([640, 640])
  expect(vision.camera('gate')?.state.kind).toBe('live')
  expect(looked.length).toBeGreaterThan(25)
})
