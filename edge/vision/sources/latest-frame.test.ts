import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatestFrame, type LentFrame } from './latest-frame.ts'

const frame = (at: number) => ({ width: 1, height: 1, rgb: new Uint8Array(3), at })
const { signal } = new AbortController()

test('who is slow gets the newest frame, and the old ones are counted', async () => {
  const frames = new LatestFrame()
  for (const at of [1, 2, 3, 4]) frames.put(frame(at))
  expect((await frames.take(signal))?.at).toBe(4)
  expect(frames.dropped).toBe(3)
})

test('a frame is given once: the next take waits for the next frame', async () => {
  const frames = new LatestFrame()
  frames.put(frame(1))
  await frames.take(signal)
  const next = frames.take(signal)
  frames.put(frame(2))
  expect((await next)?.at).toBe(2)
})

test('where every frame is asked for, all come in order, and who puts is told when all were taken', async () => {
  const frames = new LatestFrame({ everyFrame: true })
  let told = 0
  for (const at of [1, 2]) frames.put(frame(at))
  frames.whenEmpty(() => told++)
  expect((await frames.take(signal))?.at).toBe(1)
  expect(told).toBe(0)
  expect((await frames.take(signal))?.at).toBe(2)
  expect(told).toBe(1)
})

test('after the end what lies here is still given, then nothing', async () => {
  const frames = new LatestFrame()
  frames.put(frame(1))
  frames.end()
  expect((await frames.take(signal))?.at).toBe(1)
  expect(await frames.take(signal)).toBeUndefined()
})

test('who waits can leave, and another can wait', async () => {
  const frames = new LatestFrame()
  const leaving = new AbortController()
  const left = frames.take(leaving.signal)
  leaving.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  const next = frames.take(signal)
  frames.put(frame(1))
  expect((await next)?.at).toBe(1)
})

test('a frame is free when nobody can have it any more, and never before', async () => {
  const step = fc.constantFrom('put', 'take', 'give back the first', 'give back the last', 'give back twice')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, everyFrame) => {
      const free: number[] = []
      const frames = new LatestFrame({ everyFrame, onFree: ({ at }) => free.push(at) })
      const taken: LentFrame[] = []
      let puts = 0
      let waiting = 0
      const giveBack = (lent: LentFrame | undefined) => lent?.[Symbol.dispose]()
      for (const each of steps) {
        if (each === 'put') {
          frames.put(frame(++puts))
          waiting = everyFrame ? waiting + 1 : 1
        } else if (each === 'take' && waiting > 0) {
          taken.push((await frames.take(signal))!)
          waiting -= 1
        } else if (each === 'give back the first') giveBack(taken.shift())
        else if (each === 'give back the last') giveBack(taken.pop())
        else if (each === 'give back twice') {
          const lent = taken.pop()
          giveBack(lent)
          giveBack(lent)
        }
        const had = [...taken.map(({ at }) => at), ...(frames.newest ? [frames.newest.at] : [])]
        expect(had.filter((at) => free.includes(at))).toEqual([])
        expect(new Set(free).size).toBe(free.length)
      }
      while (waiting-- > 0) taken.push((await frames.take(signal))!)
      taken.forEach(giveBack)
      expect(free).toHaveLength(Math.max(0, puts - 1))
    }),
  )
})
