import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tinyOnnx } from '@ganzhi/models/tiny-onnx'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeModel, makePackage, seesOne, TRUSTED_KEY } from './fixtures/made-models.ts'
import { RunningAgent } from './fixtures/running-agent.ts'
import { makeClip } from './sources/fixtures/made-pictures.ts'

let agent: RunningAgent
const inside = (name: string) => join(agent.dir, name)
const site = (people: object) => ({
  trustedKeys: ['city.pub'],
  models: { people },
  cameras: {
    gate: { source: { kind: 'file', path: 'clip.mp4', loop: true }, models: ['people'], gate: false },
  },
})

beforeAll(async () => {
  agent = await RunningAgent.in()
  await writeFile(inside('city.pub'), TRUSTED_KEY)
  await makeClip(inside('clip.mp4'), { size: '160x90' })
  for (const version of [1, 2, 3]) await makePackage(inside(`people-${version}`), { version })
  await agent.configure(site({ package: 'people-1' }))
  await agent.start()
})
afterAll(() => agent[Symbol.asyncDispose]())

async function theFirstRuns(): Promise<void> {
  await agent.configure(site({ package: 'people-1' }))
  await expect.poll(versionNow).toBe(1)
  await expect.poll(async () => (await agent.model('people'))?.refused).toBeUndefined()
}
beforeEach(theFirstRuns)

const versionNow = async () => {
  const model = await agent.model('people')
  return model?.down ? model.down.code : model?.runs?.version
}
const seen = async () => (await agent.camera('gate'))?.looks[0]?.seen ?? 0

/** What was seen goes on. */
async function mustSee(): Promise<void> {
  const before = await seen()
  await expect.poll(seen).toBeGreaterThan(before)
}

async function refusalOf(people: object) {
  await agent.configure(site(people))
  await expect.poll(async () => (await agent.model('people'))?.refused).toBeDefined()
  return (await agent.model('people'))?.refused
}

test('another version takes over while its cameras are looked at, and is named by its digest', async () => {
  const before = await agent.model('people')
  await agent.configure(site({ package: 'people-2' }))
  await expect.poll(versionNow).toBe(2)
  const after = await agent.model('people')
  expect(after?.runs?.digest).toMatch(/^[0-9a-f]{64}$/)
  expect(after?.runs?.digest).not.toBe(before?.runs?.digest)
  await mustSee()
})

test.each<[string, string, () => Promise<void>]>([
  ['is not signed', 'package-unsigned', () => makeModel(inside('bad'), { version: 9 })],
  [
    'was altered after it was signed',
    'package-altered',
    async () => {
      await makePackage(inside('bad'), { version: 9 })
      await writeFile(join(inside('bad'), 'best.onnx'), tinyOnnx(seesOne(0.5)))
    },
  ],
  [
    'is of another card than its weights',
    'model-mismatch',
    () => makePackage(inside('bad'), { version: 9, labels: ['person', 'car', 'bin'] }),
  ],
])('a package that %s is refused, and the one before runs on', async (_, code, make) => {
  await make()
  expect((await refusalOf({ package: 'bad' }))?.code).toBe(code)
  expect(await versionNow()).toBe(1)
  await mustSee()
})

const giving = (score: number) => tinyOnnx(seesOne(score))
const badData = seesOne().outputs

test.each<[string, string, Uint8Array]>([
  ['can not be loaded', 'model-refused', new TextEncoder().encode('<html>404</html>')],
  ['gives no numbers', 'model-refused', giving(Number.NaN)],
  ['has its weights elsewhere', 'model-refused', tinyOnnx({ outputs: badData, externalData: '/etc/passwd' })],
  [
    'has operators that nobody knows',
    'model-refused',
    tinyOnnx({ outputs: badData, operators: [{ domain: 'com.evil', opType: 'Shell' }] }),
  ],
  [
    'gives more than any memory holds',
    'model-refused',
    tinyOnnx({ outputs: [{ name: 'output0', dims: [1, 2_000_000, 6_000], data: [] }] }),
  ],
  ['gives scores that are none', 'model-mismatch', giving(17)],
])('a model that %s is refused, and the one before runs on', async (_, code, weights) => {
  await makeModel(inside('hostile'), { version: 9 })
  await writeFile(join(inside('hostile'), 'best.onnx'), weights)
  const refusal = await refusalOf({ weights: 'hostile/best.onnx', card: 'hostile/card.yaml' })
  expect(refusal).toMatchObject({ code, remedy: expect.stringMatching(/\w/) as string })
  expect(await versionNow()).toBe(1)
  await mustSee()
})

/** Without a swap before, whose former model would be on probation still. */
async function anotherAgent(make: typeof makeModel): Promise<RunningAgent> {
  const fresh = await RunningAgent.in()
  await writeFile(join(fresh.dir, 'city.pub'), TRUSTED_KEY)
  await makeClip(join(fresh.dir, 'clip.mp4'), { size: '160x90' })
  await make(join(fresh.dir, 'people-1'), { version: 1 })
  await fresh.configure(site({ package: 'people-1' }))
  await fresh.start()
  return fresh
}

test('a candidate in shadow is compared, and takes over as it is when it is asked for', async () => {
  await using fresh = await anotherAgent(makePackage)
  await makePackage(join(fresh.dir, 'people-3'), { version: 3 })
  const model = () => fresh.model('people')
  await expect.poll(async () => (await model())?.runs?.version).toBe(1)
  await fresh.configure(site({ package: 'people-1', shadow: { package: 'people-3', share: 1 } }))
  await expect.poll(async () => (await model())?.comparison?.frames).toBeGreaterThan(5)
  expect(await model()).toMatchObject({
    runs: { version: 1 },
    comparison: { role: 'candidate', beside: { version: 3 }, labels: [{ label: 'person', agreement: 1 }] },
  })
  const running = await fresh.detectors()
  await fresh.configure(site({ package: 'people-3' }))
  await expect.poll(async () => (await model())?.runs?.version).toBe(3)
  expect(await fresh.detectors()).toEqual(running)
})

test('a detector that is killed is started again, and its cameras are seen again', async () => {
  await using fresh = await anotherAgent(makePackage)
  const look = async () => (await fresh.camera('gate'))?.looks[0]
  await expect.poll(async () => (await look())?.seen).toBeGreaterThan(0)
  const [detector = 0] = await fresh.detectors()
  process.kill(detector, 'SIGKILL')
  await expect.poll(async () => (await fresh.model('people'))?.down?.code).toBe('detector-died')
  const before = await look()
  await expect.poll(async () => (await look())?.seen).toBeGreaterThan(before?.seen ?? 0)
  expect(await fresh.detectors()).not.toContain(detector)
  expect((await fresh.model('people'))?.down).toBeUndefined()
})

test('an agent whose model is refused at its start runs nevertheless, and takes it once it is mended', async () => {
  await using fresh = await anotherAgent(makeModel)
  await expect.poll(async () => (await fresh.model('people'))?.down?.code).toBe('package-unsigned')
  expect((await fresh.camera('gate'))?.state).toBe('live')
  await makePackage(join(fresh.dir, 'people-1'), { version: 1 })
  await expect.poll(async () => (await fresh.camera('gate'))?.looks[0]?.seen).toBeGreaterThan(0)
})
