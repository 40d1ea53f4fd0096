import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { afterEach, expect, test } from 'vitest'
import { type Candidate, explore, type ExploreDocument } from './explore.ts'
import { registerAddress } from './register-address.ts'
import { registerServer } from './register-server.ts'
import { connectionOf } from './target.ts'

let server: Awaited<ReturnType<typeof registerServer>> | undefined
afterEach(() => server?.[Symbol.asyncDispose]())

async function explored(words: readonly number[], written: string, count = 2): Promise<ExploreDocument> {
  server = await registerServer(new Map(words.map((word, i) => [i, word])))
  const connection = JSON.stringify({ host: '127.0.0.1', port: server.port })
  const address = registerAddress(written) ?? expect.fail(`${written} is no address`)
  const options = { unit: 1, address, count, signal: new AbortController().signal, clock: manualClock(0) }
  return (await explore(connectionOf({ driver: 'modbus', connection }), options)).document
}

function best({ candidates }: ExploreDocument, base: 0 | 1): Candidate | undefined {
  return candidates
    .filter((candidate) => candidate.base === base && candidate.rank !== null)
    .toSorted((a, b) => Number(a.rank) - Number(b.rank))[0]
}

function wordsOf(view: (data: DataView) => void, bytes: number): number[] {
  const data = new DataView(new ArrayBuffer(bytes))
  view(data)
  return Array.from({ length: bytes / 2 }, (_, i) => data.getUint16(i * 2))
}

const FLOAT = wordsOf((data) => data.setFloat32(0, 231.47), 4)
const DOUBLE = wordsOf((data) => data.setFloat64(0, 17_523.25), 8)
const TEXT = [...'GZ-AIR-1'].flatMap((_, i, all) =>
  i % 2 ? [] : [all[i]!.charCodeAt(0) * 256 + all[i + 1]!.charCodeAt(0)],
)

test.each([
  ['a float', FLOAT, 'float32', 'ABCD', 231.47],
  ['a float, low word first', FLOAT.toReversed(), 'float32', 'CDAB', 231.47],
  ['a double', DOUBLE, 'float64', 'ABCDEFGH', 17_523.25],
  ['a double, low word first', DOUBLE.toReversed(), 'float64', 'GHEFCDAB', 17_523.25],
  ['a small number beside another', [2_315, 498, 7, 7], 'int16', 'AB', 2_315],
  ['a counter', [0, 40_123, 0, 0], 'int32', 'ABCD', 40_123],
  ['a text', TEXT, 'string', 'AB', 'GZ-AIR-1'],
])('%s is what is suggested first', async (_, words, type, order, value) => {
  const found = best(await explored([...words, 0, 0, 0, 0], '40001', 4), 1)
  expect(found?.point).toMatchObject({ table: 'holding', address: 0, type, order })
  const suggested = found?.result.value
  if (typeof value === 'number') expect(suggested).toBeCloseTo(value, 3)
  else expect(suggested).toBe(value)
})

test('counted from 1 as written and from 0 as it may be meant, side by side', async () => {
  const document = await explored([215, 563, 9, 9], '40002')
  expect(document.readings).toEqual([
    { base: 1, address: 1, words: [563, 9] },
    { base: 0, address: 2, words: [9, 9] },
  ])
  const zeroBased = await explored([215, 563, 9, 9], 'holding:1')
  expect(zeroBased.readings.map(({ base, address }) => [base, address])).toEqual([
    [0, 1],
    [1, 0],
  ])
})

test('register 0 has nothing before it', async () => {
  expect((await explored([1, 2], 'holding:0')).readings).toHaveLength(1)
})

test('what the device refuses is said, and the rest is shown', async () => {
  const { readings, candidates } = await explored([215], '40001')
  expect(readings[0]).toMatchObject({ words: [215, null], error: { code: 'declined' } })
  expect(readings[1]).toMatchObject({ words: [null, null] })
  expect(candidates.map(({ point }) => point.type)).toEqual(['int16', 'int16', 'uint16', 'uint16'])
})

test('zero suggests nothing', async () => {
  expect((await explored([0, 0, 0, 0], '40001')).candidates.every(({ rank }) => rank === null)).toBe(true)
})
