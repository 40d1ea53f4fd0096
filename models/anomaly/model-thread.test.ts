import { afterEach, expect, test } from 'vitest'
import { filesRead } from '../weight-files.ts'
import { graphModelFiles, SHARD_FILE } from './graph-model.ts'
import { ModelThread } from './model-thread.ts'
import { freshNetwork } from './network.ts'
import { seededRandom } from './random.ts'
import { openRestorer } from './restorer.ts'
import { cellCount, inputLength } from './window.ts'

const SHAPE = { window: 8, stepSeconds: 60, properties: [{ centre: 0, spread: 1 }] }
const FAKE = new URL('./fake-model-thread.ts', import.meta.url)

let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

const fake = () => stack.use(new ModelThread({ script: FAKE, withinMs: 8_000 }))
const opened = (thread: ModelThread, name: string) => thread.open(filesRead(name, new Map()), SHAPE)
const one = [Float32Array.of(1, 2)]
const doubled = [Float32Array.of(2, 4)]

test('a model gives in its thread what it gives here', async () => {
  const { json, shard } = graphModelFiles(freshNetwork(inputLength(SHAPE), cellCount(SHAPE), seededRandom(1)))
  const files = new Map([
    ['model.json', Buffer.from(json)],
    [SHARD_FILE, shard],
  ])
  const weights = filesRead('model.json', files)
  const random = seededRandom(2)
  const windows = Array.from({ length: 3 }, () => Float32Array.from({ length: inputLength(SHAPE) }, random))
  const there = await stack.use(new ModelThread()).open(weights, SHAPE)
  await using here = await openRestorer(weights, SHAPE)
  expect(await there.restore(windows)).toEqual(await here.restore(windows))
  expect(await there.restore([])).toEqual([])
})

test('what is no model is refused in its own words', async () => {
  const thread = stack.use(new ModelThread())
  const weights = filesRead('model.json', new Map([['model.json', Buffer.from('{}')]]))
  await expect(thread.open(weights, SHAPE)).rejects.toMatchObject({
    code: 'model-refused',
    blame: 'caller',
    field: 'weights',
    remedy: expect.any(String) as string,
  })
})

test('one that throws may be asked again', async () => {
  const model = await opened(fake(), 'throw.json')
  for (let i = 0; i < 2; i++) {
    await expect(model.restore(one)).rejects.toMatchObject({ code: 'model-failed' })
  }
})

test.each([
  ['does not come to an end', 'hang.json', 'model-slow'],
  ['ends its thread', 'die.json', 'model-died'],
])('one that %s is not asked again, and the others go on', async (_, name, code) => {
  const thread = fake()
  const [bad, good] = [await opened(thread, name), await opened(thread, 'good.json')]
  let turns = 0
  const turning = setInterval(() => (turns += 1), 1)
  const [refused, others] = await Promise.allSettled([bad.restore(one), good.restore(one)])
  expect(refused).toMatchObject({ status: 'rejected', reason: { code } })
  expect(others).toEqual({ status: 'fulfilled', value: doubled })
  clearInterval(turning)
  // The process had time for other things.
  expect(turns).toBeGreaterThan(10)
  await expect(bad.restore(one)).rejects.toMatchObject({ code })
  expect(await good.restore(one)).toEqual(doubled)
})
