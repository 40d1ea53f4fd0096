import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLearntFacts, readLearntFacts } from './learnt-facts.ts'

let dir: string
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'learnt-'))))
afterEach(() => rm(dir, { recursive: true, force: true }))

const HOST = { host: '10.0.0.9', port: 502 }

async function open() {
  const clock = manualClock()
  const logged: string[] = []
  const log = pino({}, { write: (line) => void logged.push(line) })
  return { clock, logged, facts: await openLearntFacts(dir, clock, log) }
}

test('what was learnt is known after a restart, to the same line only', async () => {
  const { facts } = await open()
  facts.memoryOf('modbus', HOST).keep('unit 3', { limits: { registers: 60 } })
  await facts[Symbol.asyncDispose]()
  const { facts: later } = await open()
  const turned = { port: 502, host: '10.0.0.9' }
  expect(later.memoryOf('modbus', turned).recall('unit 3')).toEqual({ limits: { registers: 60 } })
  expect(later.memoryOf('modbus', { ...HOST, port: 503 }).recall('unit 3')).toBeUndefined()
  expect((await readLearntFacts(dir)).memoryOf('modbus', HOST).recall('unit 3')).toBeDefined()
})

test('many facts are one write, seconds later: flash wears', async () => {
  const { clock, facts } = await open()
  const memory = facts.memoryOf('modbus', HOST)
  for (let i = 0; i < 100; i++) memory.keep('unit 1', { depth: i })
  await clock.advance(4_000)
  expect(await readdir(dir)).toEqual([])
  await clock.advance(1_500)
  await expect.poll(() => readFile(join(dir, 'learnt.json'), 'utf8').catch(() => '')).toContain('"depth":99')
})

test.each(['{ torn', '{"version":2,"links":{}}', '[]'])(
  'a file that cannot be used is set aside and said, and learning begins anew: %s',
  async (text) => {
    await writeFile(join(dir, 'learnt.json'), text)
    const { facts, logged } = await open()
    expect(logged.join()).toContain('learnt.json.broken')
    expect(facts.memoryOf('modbus', HOST).recall('unit 3')).toBeUndefined()
    facts.memoryOf('modbus', HOST).keep('unit 3', 1)
    await facts[Symbol.asyncDispose]()
    expect((await readdir(dir)).sort()).toEqual(['learnt.json', 'learnt.json.broken'])
  },
)

test('of lines that are configured no more nothing is kept', async () => {
  const { facts } = await open()
  facts.memoryOf('modbus', HOST).keep('unit 1', 1)
  await facts[Symbol.asyncDispose]()
  const { facts: later } = await open()
  later.memoryOf('modbus', { host: 'elsewhere' }).keep('unit 1', 2)
  await later[Symbol.asyncDispose]()
  expect((await readLearntFacts(dir)).memoryOf('modbus', HOST).recall('unit 1')).toBeUndefined()
})
