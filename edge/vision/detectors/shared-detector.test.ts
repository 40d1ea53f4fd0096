import { GanzhiError } from '@ganzhi/contracts/error'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import type { Detection } from '@ganzhi/models/detection'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { CorePermits } from './core-permits.ts'
import { type Behaviour, FakeModels } from './fake-models.ts'
import { type Look, SharedDetector } from './shared-detector.ts'

let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

const frame = (at = 1) => ({ width: 4, height: 4, rgb: new Uint8Array(48), at })
const person = (score = 0.8): Detection => ({ label: 'person', score, box: [0, 0, 10, 20] })
const fails = (message: string) => {
  throw new GanzhiError(message, { code: 'model-refused', blame: 'caller' })
}

async function share(behaviours: Record<string, Behaviour>, threads = 2) {
  const clock = manualClock()
  const models = new FakeModels(clock, behaviours)
  const logged: { msg: string; err?: { code: string } }[] = []
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line)) })
  const cores = new CorePermits(2)
  const detector = stack.use(
    new SharedDetector(models.order('old'), { clock, log, cores, threads, open: models.open }),
  )
  await clock.advance(1)
  /** Offers a frame every `periodMs` from each camera, and tells what became of them. */
  async function watch(cameras: string[], looks: number, periodMs = 100) {
    const all: { camera: string; look: Look }[] = []
    for (let i = 0; i < looks; i++) {
      for (const camera of cameras) {
        void detector.look(camera, frame(i), periodMs).then((look) => all.push({ camera, look }))
      }
      await clock.advance(periodMs)
    }
    return all
  }
  return { clock, models, detector, logged, watch }
}

const sawBy = (looks: readonly { look: Look }[]) =>
  looks.map(({ look }) => (look.kind === 'seen' ? look.model.id : look.kind))
const count = (values: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(values, (each) => each)].map(([each, all]) => [each, all.length]))

test('cameras that ask for more than the model can do are served alike, the newest frame each', async () => {
  const { watch } = await share({ old: { lookMs: 50 } })
  const looks = await watch(['a', 'b', 'c', 'd', 'e'], 100)
  const served = looks.filter(({ look }) => look.kind === 'seen')
  const each = count(served.map(({ camera }) => camera))
  expect(Object.keys(each)).toHaveLength(5)
  for (const times of Object.values(each)) expect(times).toBeGreaterThanOrEqual(38)
  expect(count(sawBy(looks))['overtaken']).toBeGreaterThan(290)
})

test('while one frame is looked at the next lies ready, and no more', async () => {
  const { models, watch } = await share({ old: { lookMs: 50 } })
  await watch(['a', 'b', 'c', 'd', 'e'], 20)
  expect(models.mostUnderWay).toBe(2)
})

test('answers come in the order of the frames, also from the model that takes over', async () => {
  const { clock, models, detector } = await share({ old: { lookMs: 50 }, new: { lookMs: 5 } }, 1)
  const order: number[] = []
  const look = async (at: number) => {
    void detector.look('a', frame(at), 10).then(() => order.push(at))
    await clock.advance(1)
  }
  await look(1)
  await look(2)
  await detector.swap(models.order('new'))
  await look(3)
  await clock.advance(200)
  expect(order).toEqual([1, 2, 3])
  expect(models.closed).toEqual([])
})

test('what the model calls things becomes what scenes call them', async () => {
  const see = () => [{ ...person(), label: 'pedestrian' }, person(0.5)]
  const { watch } = await share({ old: { see, card: { sceneLabels: { pedestrian: 'person' } } } })
  const [first] = await watch(['a'], 1)
  expect(first?.look).toMatchObject({ detections: [{ label: 'person' }, { label: 'person' }] })
})

test('a model that dies is started again, ever more slowly, and cameras are told meanwhile', async () => {
  const { clock, models, detector, watch } = await share({})
  const error = new GanzhiError('SIGSEGV', { code: 'detector-died', blame: 'outside' })
  for (const waitMs of [1_000, 2_000, 4_000]) {
    models.die('old', error)
    await clock.advance(waitMs - 100)
    expect(detector.down?.code).toBe('detector-died')
    expect((await watch(['a'], 1, 10))[0]?.look).toEqual({ kind: 'failed', error })
    await clock.advance(200)
    expect(detector.down).toBeUndefined()
  }
  await clock.advance(61_000)
  models.die('old', error)
  await clock.advance(1_100)
  expect(detector.down).toBeUndefined()
  expect(models.opened).toHaveLength(5)
})

test('frames that wait when the model dies are told so', async () => {
  const { clock, models, detector } = await share({ old: { lookMs: 10_000 } })
  const looks = ['a', 'b', 'c', 'd'].map((camera) => detector.look(camera, frame(), 100))
  await clock.advance(1)
  const error = new GanzhiError('SIGSEGV', { code: 'detector-died', blame: 'outside' })
  models.die('old', error)
  expect(await Promise.all(looks)).toEqual(looks.map(() => ({ kind: 'failed', error })))
})

test('a model that is refused at first is tried again, until the package is whole', async () => {
  let whole = false
  const { clock, detector } = await share({ old: { opens: () => void (whole || fails('half copied')) } })
  expect(detector.down?.message).toBe('half copied')
  whole = true
  await clock.advance(1_000)
  expect(detector.model?.id).toBe('test/old')
})

test('three failed looks in a row start the model anew; one does not', async () => {
  let bad = 1
  const see = () => (bad-- > 0 ? fails('NaN') : [])
  const { models, detector, watch } = await share({ old: { see } })
  expect(sawBy(await watch(['a'], 2))).toEqual(['failed', 'test/old'])
  bad = 3
  await watch(['a'], 3)
  expect(detector.down?.message).toBe('NaN')
  expect(models.closed).toEqual(['old'])
})

test('a new model takes over between two frames, and no frame is lost', async () => {
  const { detector, models, watch } = await share({})
  const before = await watch(['a'], 5)
  const swapping = detector.swap(models.order('new'))
  const after = await watch(['a'], 20)
  await swapping
  const by = sawBy([...before, ...after])
  expect(by).toHaveLength(25)
  expect(by).toEqual(by.map((_, i) => (i < by.indexOf('test/new') ? 'test/old' : 'test/new')))
  expect(by.indexOf('test/new')).toBeGreaterThanOrEqual(5)
})

test('a model that is refused changes nothing, and says why', async () => {
  const { detector, models, watch } = await share({ new: { opens: () => fails('external data') } })
  await expect(detector.swap(models.order('new'))).rejects.toThrow('external data')
  expect(count(sawBy(await watch(['a'], 10)))).toEqual({ 'test/old': 10 })
  await detector.swap(models.order('newer'))
  expect(count(sawBy(await watch(['a'], 10)))).toEqual({ 'test/newer': 10 })
})

test('of two swaps at a time the second is refused', async () => {
  const { detector, models } = await share({})
  const first = detector.swap(models.order('new'))
  await expect(detector.swap(models.order('newer'))).rejects.toMatchObject({ code: 'swap-under-way' })
  await first
})

const seesOne = () => [person()]

test.each<[string, string, Behaviour]>([
  ['throws', 'model-throws', { see: () => fails('NaN') }],
  ['is ten times slower', 'model-slow', { see: seesOne, lookMs: 95 }],
  ['sees nothing any more', 'model-blind', {}],
])('a new model that %s is taken back by itself', async (_, code, behaviour) => {
  const { detector, models, logged, watch } = await share({ old: { see: seesOne }, new: behaviour })
  await watch(['a', 'b'], 50)
  await detector.swap(models.order('new'))
  await watch(['a', 'b'], 200)
  expect(detector.model?.id).toBe('test/old')
  expect(models.closed).toEqual(['new'])
  expect(detector.lastSwap).toMatchObject({ model: { id: 'test/new' }, takenBack: { code } })
  expect(logged.findLast(({ msg }) => msg === 'model taken back')?.err?.code).toBe(code)
})

test('a new model whose process dies on probation is taken back at once', async () => {
  const { clock, detector, models, watch } = await share({})
  await detector.swap(models.order('new'))
  models.die('new', new GanzhiError('SIGSEGV', { code: 'detector-died', blame: 'outside' }))
  await clock.advance(10)
  expect(count(sawBy(await watch(['a'], 10)))).toEqual({ 'test/old': 10 })
})

test('a street that empties makes nobody blind', async () => {
  let people = true
  const see = () => (people ? [person()] : [])
  const { detector, models, watch } = await share({ old: { see }, new: { see } })
  await watch(['a'], 100)
  await detector.swap(models.order('new'))
  people = false
  await watch(['a'], 1_000)
  expect(detector.model?.id).toBe('test/new')
})

test('a model that does well stays, and the former one is let go after its probation', async () => {
  const { detector, models, watch } = await share({
    old: { see: seesOne },
    new: { see: seesOne, lookMs: 20 },
  })
  await detector.swap(models.order('new'), { probationMs: 20_000 })
  await watch(['a'], 150)
  expect(models.closed).toEqual([])
  expect(detector.comparison).toMatchObject({ role: 'former', labels: [{ agreement: 1 }] })
  await watch(['a'], 100)
  expect(models.closed).toEqual(['old'])
  expect(detector.lastSwap?.takenBack).toBeUndefined()
  expect(detector.model?.id).toBe('test/new')
})

test('a candidate in shadow looks at its share of the frames; only the model that counts is heard', async () => {
  const see = ({ at }: { at: number }) => (at % 2 ? [person(0.7)] : [])
  const { detector, models, watch } = await share({ old: { see: seesOne }, candidate: { see, lookMs: 30 } })
  await detector.shadow(models.order('candidate'), 0.25)
  const looks = await watch(['a'], 199)
  expect(count(sawBy(looks))).toEqual({ 'test/old': 199 })
  const { frames, labels, latencyMs } = detector.comparison!
  expect(frames).toBe(49)
  expect(labels[0]).toMatchObject({ label: 'person', onlySecond: 0, overlap: 1 })
  expect(labels[0]!.both + labels[0]!.onlyFirst).toBe(49)
  expect(labels[0]!.scoreDrift).toBeCloseTo(labels[0]!.both > 0 ? -0.1 : 0)
  expect([latencyMs.model.p50, latencyMs.beside.p50]).toEqual([10, 30])
})

test('a candidate that is slow looks at less, and holds nobody up where there is a core for it', async () => {
  const { detector, models, watch } = await share({ candidate: { lookMs: 250 } }, 1)
  await detector.shadow(models.order('candidate'), 1)
  expect(count(sawBy(await watch(['a'], 100, 100)))).toEqual({ 'test/old': 100 })
  expect(detector.comparison?.frames).toBeGreaterThan(30)
  expect(models.mostUnderWay).toBe(1)
})

test('a candidate that dies costs the model that counts nothing', async () => {
  const { detector, models, watch } = await share({ candidate: { see: () => fails('NaN') } })
  await detector.shadow(models.order('candidate'), 1)
  expect(count(sawBy(await watch(['a'], 50)))).toEqual({ 'test/old': 50 })
})

test('a candidate is promoted without being loaded again', async () => {
  const { detector, models, watch } = await share({})
  await expect(detector.promote()).rejects.toMatchObject({ code: 'no-candidate' })
  await detector.shadow(models.order('candidate'), 0.5)
  await detector.promote()
  expect(count(sawBy(await watch(['a'], 10)))).toEqual({ 'test/candidate': 10 })
  expect(models.opened).toEqual(['old', 'candidate'])
  expect(models.closed).toEqual([])
})
