import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileRule } from '../engine/compile-rule.ts'
import { watchFrom } from '../engine/step.ts'
import { type HistoryRig, type RigSample, openHistoryRig } from '../history/history-rig.ts'
import { type HistoryDevice, devicesInScope } from '../history/stored-devices.ts'
import { storedInputs } from '../history/stored-inputs.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { storedBacktest } from './stored-backtest.ts'
import { Trial, type TriedDevice } from './trial.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const CROWD = 'cn.ganzhi.vision.crowd-gathering'
const span = { from: Math.floor(Date.now() / DAY) * DAY - 3 * DAY + 7 * MINUTE, to: 0 }
span.to = span.from + 2.5 * DAY

let on: HistoryRig
beforeAll(async () => {
  on = await openHistoryRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  await fill()
}, 180_000)
afterAll(() => on?.[Symbol.asyncDispose]())

/** Thirty devices, so that two workers are at it; written in any order, over the edges of the span. */
async function fill(): Promise<void> {
  let seed = 5
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  for (let n = 0; n < 30; n += 1) {
    const device = `dev-${n}`
    const level = await on.point('gw', device, 'level', n % 3 === 0 ? 'integer' : 'float')
    const lid = await on.point('gw', device, 'lid', 'bool')
    const mode = await on.point('gw', device, 'mode', 'text')
    await on.point('gw', device, 'other')
    const samples: RigSample[] = []
    for (
      let at = span.from - 2 * MINUTE;
      at < span.to + 5 * MINUTE;
      at += Math.ceil(random() * 30) * MINUTE
    ) {
      const value = Math.round(60 + 40 * Math.sin(at / (0.2 * DAY) + n) + 10 * random())
      const odd = random()
      if (odd < 0.05) samples.push([level, at, null, 'bad-comm'])
      else samples.push([level, at, value])
      if (odd > 0.9) samples.push([lid, at, odd > 0.95])
      if (odd > 0.98) samples.push([mode, at + 1, odd > 0.99 ? 'auto' : 'manual'])
    }
    const late = samples.filter((_, i) => i % 7 === 0)
    await on.write(samples.filter((_, i) => i % 7 !== 0))
    await on.write(late.reverse())
  }
  const hours = (n: number) => span.from + n * 60 * MINUTE
  await on.tell('gw', 'dev-3', [
    [hours(1), `${CROWD}.started`],
    [hours(2), `${CROWD}.ended`],
    [hours(30), `${CROWD}.started`],
  ])
  await on.tell('gw', 'camera', [
    [hours(20), `${CROWD}.started`],
    [hours(50), `${CROWD}.ended`],
  ])
}

const ruleOf = (fields: object): Rule =>
  ({ id: 'r', version: 3, for: { property: 'level' }, ...fields }) as Rule

async function devicesFor(rule: Rule, scope: object = {}): Promise<HistoryDevice[]> {
  return devicesInScope(
    on.pool,
    { ...rule.for, ...scope },
    compileRule(rule, await chinaSurroundings()),
    span,
  )
}

async function tried(rules: readonly Rule[], more: { mostTransitions?: number; signal?: AbortSignal } = {}) {
  const devices = await devicesFor(rules[0] as Rule)
  const { signal = AbortSignal.timeout(120_000), mostTransitions = 20_000 } = more
  return storedBacktest({ url: on.url, rules, devices, span, mostTransitions }, { signal })
}

/** Device by device, in this thread, from what `storedInputs` tells. */
async function reference(rule: Rule) {
  const compiled = compileRule(rule, await chinaSurroundings())
  const trial = new Trial(compiled)
  for (const { gatewayId, gateway, device, attributes } of await devicesFor(rule)) {
    const every = { properties: new Set(['level', 'lid', 'mode', 'other']), eventTypes: new Set([CROWD]) }
    const all = (await Array.fromAsync(storedInputs(on.pool, { gatewayId, device }, every, span))).flat()
    const [first] = all
    const state = first && compiled.countsFromFirstInput ? watchFrom(compiled, first.at) : undefined
    const seen: TriedDevice = { target: `${gateway}/${device}`, attributes, state }
    for await (const page of storedInputs(on.pool, { gatewayId, device }, compiled, span)) {
      for (const input of page) trial.take(seen, input)
    }
    trial.take(seen, { kind: 'clock', at: span.to - 1 })
  }
  return trial.result()
}

const RULES = {
  'levels with their durations': {
    levels: [
      { severity: 'minor', when: { above: 75, clearBelow: 70, for: 'PT20M' } },
      { severity: 'major', when: { above: 95, for: 'PT10M', clearFor: 'PT10M' } },
    ],
    bad: 'clear',
  },
  silence: { when: { noData: 'PT28M' }, severity: 'info' },
  'an expression over several properties': {
    when: { expression: 'level > 90.0 && lid', clear: 'level < 80.0' },
    severity: 'major',
  },
  'texts, and others': {
    when: { any: [{ equals: 'manual', property: 'mode' }, { above: 100 }], for: 'PT15M' },
    severity: 'minor',
  },
  'an incident with a value': {
    when: { all: [{ during: CROWD }, { above: 60 }] },
    severity: 'critical',
  },
}

test.each(Object.entries(RULES))('%s: two workers tell what one by one is told', async (_, fields) => {
  const rule = ruleOf(fields)
  const [told] = await tried([rule])
  const wanted = await reference(rule)
  expect(wanted.transitions.length).toBeGreaterThan(0)
  expect(told?.transitions).toEqual(wanted.transitions)
  expect(told?.inputs).toBe(wanted.inputs)
  const figures = (seen: typeof wanted.seen) =>
    seen
      .map(({ property, samples, unusable, lowest, highest }) => [
        property,
        samples,
        unusable,
        lowest?.value,
        highest?.value,
      ])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
  expect(figures(told?.seen ?? [])).toEqual(figures(wanted.seen))
})

test('a device that was known before, and told of nothing, is silent from the beginning on', async () => {
  const { gatewayId } = await on.point('quiet', 'dead', 'level')
  const rule = ruleOf({
    for: { property: 'level', gateway: 'quiet' },
    when: { noData: 'PT28M' },
    severity: 'info',
  })
  expect((await tried([rule]))[0]?.transitions).toEqual([])
  await on.pool.query('UPDATE device SET first_seen = $2 WHERE gateway_id = $1', [
    gatewayId,
    new Date(span.from - MINUTE),
  ])
  expect((await tried([rule]))[0]?.transitions).toMatchObject([
    { target: 'quiet/dead', to: 'info', at: new Date(span.from + 28 * MINUTE).toISOString() },
  ])
})

test('what its gateway kept from us is no silence of a device', async () => {
  const gatewayId = await on.gateway('gw')
  const rule = ruleOf({ when: { noData: 'PT28M' }, severity: 'info' })
  const [before] = await tried([rule])
  const [from, until] = [span.from + 8 * 60 * MINUTE, span.from + 32 * 60 * MINUTE]
  await on.pool.query('INSERT INTO gateway_unreached (gateway_id, from_at, until_at) VALUES ($1, $2, $3)', [
    gatewayId,
    new Date(from),
    new Date(until),
  ])
  const [told] = await tried([rule])
  await on.pool.query('DELETE FROM gateway_unreached')
  const begun = (result: typeof told, since: number, to: number) =>
    result?.transitions.filter(
      ({ at, to: state }) => state === 'info' && Date.parse(at) >= since && Date.parse(at) < to,
    )
  expect(begun(before, from, until)?.length).toBeGreaterThan(0)
  expect(begun(told, from, until)).toEqual([])
  expect(begun(told, span.from, from)).toEqual(begun(before, span.from, from))
  expect(begun(told, until + 60 * MINUTE, span.to)).toEqual(begun(before, until + 60 * MINUTE, span.to))
})

test('two versions look at what is read once', async () => {
  const rules = [
    ruleOf({ when: { above: 75 }, severity: 'minor' }),
    ruleOf({ version: 4, when: { noData: 'PT28M' }, severity: 'minor' }),
  ]
  const both = await tried(rules)
  expect(both.map(({ transitions }) => transitions)).toEqual(
    (await Promise.all(rules.map((rule) => tried([rule])))).map(([one]) => one?.transitions),
  )
})

test('a camera that never sent a value is looked at for its events, where the rule asks for no property', async () => {
  const rule = ruleOf({ for: {}, when: { during: CROWD, for: 'PT1H' }, severity: 'minor' })
  const [told] = await tried([rule])
  expect(told?.transitions.map(({ target, to }) => [target, to])).toEqual([
    ['gw/camera', 'minor'],
    ['gw/dev-3', 'minor'],
    ['gw/camera', 'clear'],
  ])
})

test('a scope is narrowed to a device, a gateway, and to what is there', async () => {
  const rule = ruleOf({ when: { above: 75 }, severity: 'minor' })
  const names = async (scope: object) => (await devicesFor(rule, scope)).map(({ device }) => device)
  expect(await names({ device: 'dev-7' })).toEqual(['dev-7'])
  expect(await names({ gateway: 'gw' })).toHaveLength(30)
  expect(await names({ gateway: 'nobody' })).toEqual([])
  expect(await names({ tag: 'nowhere' })).toEqual([])
})

test('what tells too much is refused, and what it is to be done about it', async () => {
  const rule = ruleOf({ when: { above: 75 }, severity: 'minor' })
  await expect(tried([rule], { mostTransitions: 10 })).rejects.toMatchObject({
    code: 'too-many-transitions',
    blame: 'caller',
    remedy: expect.stringContaining('fewer devices') as string,
  })
})

test('whoever wants it to stop is heard, and the database is left alone', async () => {
  const stopping = new AbortController()
  const devices = await devicesFor(ruleOf({ when: { above: 75 }, severity: 'minor' }))
  const running = storedBacktest(
    {
      url: on.url,
      rules: [ruleOf({ when: { above: 75 }, severity: 'minor' })],
      devices,
      span,
      mostTransitions: 9_999,
    },
    { signal: stopping.signal, onProgress: () => stopping.abort() },
  )
  await expect(running).rejects.toThrow('aborted')
  const { rows } = await on.pool.query(
    "SELECT FROM pg_stat_activity WHERE application_name = 'ganzhi-backtest'",
  )
  expect(rows).toHaveLength(0)
})
