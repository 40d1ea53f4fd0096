import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RuleInput } from '../engine/rule-input.ts'
import { type HistoryRig, openHistoryRig } from './history-rig.ts'
import { storedInputs } from './stored-inputs.ts'

const MINUTE = 60_000
const BEGIN = Math.floor(Date.now() / MINUTE) * MINUTE - 24 * 60 * MINUTE
const CROWD = 'cn.ganzhi.vision.crowd-gathering'

let on: HistoryRig
beforeAll(async () => {
  on = await openHistoryRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
}, 120_000)
afterAll(() => on?.[Symbol.asyncDispose]())

const at = (minutes: number) => BEGIN + minutes * MINUTE

async function inputsOf(
  device: string,
  properties: string[],
  { from = 0, to = 24 * 60, eventTypes = [CROWD] } = {},
): Promise<RuleInput[]> {
  const stored = storedInputs(
    on.pool,
    { gatewayId: await on.gateway('gw'), device },
    { properties: new Set(properties), eventTypes: new Set(eventTypes) },
    { from: at(from), to: at(to) },
  )
  return (await Array.fromAsync(stored)).flat()
}

const tell = (device: string, ...events: (readonly [minutes: number, phase: string])[]) =>
  on.tell(
    'gw',
    device,
    events.map(([minutes, phase]) => [at(minutes), `${CROWD}.${phase}`]),
  )

test('values of all kinds and qualities, and events, come by time whenever they were stored', async () => {
  const level = await on.point('gw', 'pump', 'level')
  const lid = await on.point('gw', 'pump', 'lid', 'bool')
  const mode = await on.point('gw', 'pump', 'mode', 'text')
  const count = await on.point('gw', 'pump', 'count', 'integer')
  const other = await on.point('gw', 'pump', 'other')
  await on.write([
    [level, at(5), 1.25],
    [mode, at(6), 'auto'],
    [count, at(7), 9_007_199_254_740_993n],
    [other, at(7), 3],
  ])
  await on.write([
    [level, at(1), NaN],
    [level, at(2), null, 'bad-comm'],
    [lid, at(3), true],
    [level, at(0.25), 7, 'uncertain'],
  ])
  await tell('pump', [4, 'started'], [8, 'updated'], [9, 'ended'])
  const sample = { kind: 'sample', quality: 'good' }
  const event = { kind: 'event', type: CROWD, incident: expect.any(String) as string }
  expect(await inputsOf('pump', ['level', 'lid', 'mode', 'count'])).toEqual([
    { ...sample, at: at(0.25), property: 'level', value: 7, quality: 'uncertain' },
    { ...sample, at: at(1), property: 'level', value: NaN },
    { ...sample, at: at(2), property: 'level', value: null, quality: 'bad-comm' },
    { ...sample, at: at(3), property: 'lid', value: true },
    { ...event, at: at(4), phase: 'started' },
    { ...sample, at: at(5), property: 'level', value: 1.25 },
    { ...sample, at: at(6), property: 'mode', value: 'auto' },
    { ...sample, at: at(7), property: 'count', value: 9_007_199_254_740_993n },
    { ...event, at: at(9), phase: 'ended' },
  ])
})

test('what is of the same time has an order: events, then samples by property, good ones first', async () => {
  const a = await on.point('gw', 'same', 'a')
  const b = await on.point('gw', 'same', 'b')
  await on.write([
    [b, at(1), 1],
    [a, at(1), null, 'stale'],
    [a, at(1), 2],
  ])
  await tell('same', [1, 'started'])
  const told = (await inputsOf('same', ['b', 'a'])).map((input) =>
    input.kind === 'sample' ? `${input.property} ${input.quality}` : input.kind,
  )
  expect(told).toEqual(['event', 'a good', 'a stale', 'b good'])
})

test('a span begins with what is at its beginning and ends before what is at its end, page after page', async () => {
  const level = await on.point('gw', 'long', 'level')
  const minutes = Array.from({ length: 12_000 }, (_, i) => i / 10)
  await on.write(minutes.map((minute) => [level, at(minute), minute]))
  await tell('long', [1, 'started'], [700, 'started'], [1_199.95, 'ended'], [1_300, 'started'])
  const inputs = await inputsOf('long', ['level'], { from: 1, to: 1_199.9 })
  expect(inputs).toHaveLength(11_989 + 2)
  expect(inputs[0]).toMatchObject({ kind: 'event', at: at(1) })
  expect(inputs.at(-1)).toMatchObject({ kind: 'sample', at: at(1_199.8) })
  expect(inputs.every((input, i) => i === 0 || (inputs[i - 1]?.at ?? 0) <= input.at)).toBe(true)
  const all = await inputsOf('long', ['level'])
  expect(all.slice(-3).map((input) => input.at)).toEqual([at(1_199.9), at(1_199.95), at(1_300)])
})

test('where there are no values there are events, and where there is neither there is nothing', async () => {
  await tell('camera', [1, 'started'], [2, 'ended'])
  expect(await inputsOf('camera', [])).toMatchObject([{ at: at(1) }, { at: at(2) }])
  expect(await inputsOf('camera', [], { eventTypes: ['cn.ganzhi.vision.litter'] })).toEqual([])
  expect(await inputsOf('nobody', ['level'])).toEqual([])
})
