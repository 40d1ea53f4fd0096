import { GanzhiError } from '@ganzhi/contracts/error'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { DetectorPool, threadsOf } from './detector-pool.ts'
import { FakeModels } from './fake-models.ts'

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
      return models.open(model)
    },
  })
  const configure = async (names: Record<string, string>) => {
    const done = pool.configure(
      new Map(Object.entries(names).map(([name, path]) => [name, { model: models.order(path) }])),
    )
    await clock.advance(1)
    await done
  }
  return { pool, models, threads, configure }
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
