import { GanzhiError } from '@ganzhi/contracts/error'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { DetectorPool, threadsOf } from './detector-pool.ts'
import { FakeModels } from './fake-models.ts'
import type { PlannedModel } from './planned-detector.ts'

async function aPool(cores = 4) {
  const clock = manualClock()
  const refuse = () => {
    throw new GanzhiError('unsigned', { code: 'package-unsigned', blame: 'caller' })
  }
  const models = new FakeModels(clock, { bad: { opens: refuse } })
  const threads: [string, number][] = []
  const pool = new DetectorPool({
    clock,
    cores,
    log: pino({ level: 'silent' }),
    open: (model, asked) => {
      if (model.kind === 'weights') threads.push([model.path, asked])
      return model.kind === 'weights' && model.path === 'endless' ? new Promise(() => {}) : models.open(model)
    },
  })
  /** A name's model, or its model and the one in its shadow. */
  const configure = async (names: Record<string, string | readonly [string, string]>) => {
    const planned = Object.entries(names).map(([name, paths]): [string, PlannedModel] => {
      const [path = '', shadow] = [paths].flat()
      const beside = shadow === undefined ? {} : { shadow: { model: models.order(shadow), share: 1 } }
      return [name, { model: models.order(path), ...beside }]
    })
    const done = pool.configure(new Map(planned))
    await clock.advance(1)
    if (!Object.values(names).includes('endless')) await done
  }
  /** Many looks, a second apart. */
  const watch = async (name: string, seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      void pool
        .get(name)
        ?.detector.look('gate', { width: 1, height: 1, rgb: new Uint8Array(3), at: i }, 1_000)
      await clock.advance(1_000)
    }
  }
  return { pool, models, threads, configure, watch }
}

test('threads of all models together are the cores, and one each at least', () => {
  expect(threadsOf(4, 1)).toEqual([4])
  expect(threadsOf(4, 3)).toEqual([2, 1, 1])
  expect(threadsOf(2, 3)).toEqual([1, 1, 1])
})

test('a configuration is put into effect: opened, given way, closed', async () => {
  const { pool, models, threads, configure } = await aPool()
  await configure({ people: 'coco' })
  expect(pool.get('people')?.detector.model?.id).toBe('test/coco')
  await configure({ people: 'coco', garbage: 'bins' })
  expect(threads).toEqual([
    ['coco', 4],
    ['coco', 2],
    ['bins', 2],
  ])
  await configure({ people: 'coco-2', garbage: 'bins' })
  expect(pool.get('people')?.detector.model?.id).toBe('test/coco-2')
  await configure({})
  expect(pool.get('people')).toBeUndefined()
  expect(models.closed).toHaveLength(models.opened.length)
})

test('a refused model leaves the old one running, with the reason, until a good one comes', async () => {
  const { pool, configure } = await aPool()
  await configure({ people: 'coco' })
  await configure({ people: 'bad' })
  expect(pool.get('people')?.detector.model?.id).toBe('test/coco')
  expect(pool.get('people')?.detector.down).toBeUndefined()
  expect(pool.get('people')?.refused?.code).toBe('package-unsigned')
  await configure({ people: 'coco-2' })
  expect(pool.get('people')?.refused).toBeUndefined()
})

test('a model that takes long to load holds up no other one', async () => {
  const { pool, configure } = await aPool()
  await configure({ people: 'coco', garbage: 'bins' })
  await configure({ people: 'endless', garbage: 'bins-2' })
  expect(pool.get('garbage')?.detector.model?.id).toBe('test/bins-2')
  expect(pool.get('people')?.detector.model?.id).toBe('test/coco')
  expect(pool.get('people')?.detector.down).toBeUndefined()
})

test('what is asked for while a model is refused is what runs in the end', async () => {
  const { pool, configure } = await aPool()
  await configure({ people: 'coco' })
  await Promise.all([configure({ people: 'bad' }), configure({ people: 'coco-3' })])
  expect(pool.get('people')?.detector.model?.id).toBe('test/coco-3')
  expect(pool.get('people')?.refused).toBeUndefined()
})

test('a candidate comes into the shadow once the former model, the way back, is let go', async () => {
  const { pool, configure, watch } = await aPool()
  const comparison = () => pool.get('people')?.detector.comparison
  await configure({ people: 'coco' })
  await configure({ people: ['coco-2', 'coco-3'] })
  expect(comparison()).toMatchObject({ role: 'former', beside: { id: 'test/coco' } })
  await watch('people', 320)
  expect(comparison()).toMatchObject({ role: 'candidate', beside: { id: 'test/coco-3' } })
  await configure({ people: 'coco-2' })
  expect(comparison()).toBeUndefined()
})

test('a candidate that is refused is told beside the model, which runs', async () => {
  const { pool, configure } = await aPool()
  await configure({ people: ['coco', 'bad'] })
  expect(pool.get('people')?.shadowRefused?.code).toBe('package-unsigned')
  expect(pool.get('people')?.refused).toBeUndefined()
  expect(pool.get('people')?.detector.down).toBeUndefined()
})
