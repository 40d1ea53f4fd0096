import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { commandLine } from '../cli/command-line.ts'
import { scriptedTerminal } from '../cli/scripted-terminal.ts'
import { jpegSize } from './sources/jpeg.ts'
import { makePackage, TRUSTED_KEY } from './fixtures/made-models.ts'
import { RunningAgent } from './fixtures/running-agent.ts'

let agent: RunningAgent
let tell: (line: string) => void
let gate: object
let market: object
const site = (cameras: Record<string, object>) => ({
  trustedKeys: ['city.pub'],
  models: { people: { package: 'people-1' } },
  cameras,
})

beforeAll(async () => {
  agent = await RunningAgent.in()
  await writeFile(join(agent.dir, 'city.pub'), TRUSTED_KEY)
  await makePackage(join(agent.dir, 'people-1'), { version: 1 })
  const simulator = await agent.simulate(
    ...'--cameras 2 --moving 1 --fps 5 --loop-s 2 --painted main'.split(' '),
  )
  tell = simulator.tell
  const [first, second] = simulator.cameras
  gate = { source: { kind: 'rtsp', url: first?.main, sub: first?.sub }, models: ['people'] }
  market = { source: { kind: 'http', url: second?.mjpeg }, models: ['people'] }
  await agent.configure(site({ gate, market }))
  await agent.start()
})
afterAll(() => agent[Symbol.asyncDispose]())

async function settled(cameras: Record<string, object>): Promise<void> {
  tell('clear')
  await agent.configure(site(cameras))
  const ids = Object.keys(cameras)
  // Or what the test before configured is still there, and this may never come into effect.
  await expect.poll(async () => (await agent.status()).cameras.map(({ id }) => id)).toEqual(ids)
  for (const id of ids) await expect.poll(() => stateOf(id)).toBe('live')
}

const stateOf = async (id: string) => (await agent.camera(id))?.state
const rateOf = async (id: string) => (await agent.camera(id))?.looks[0]?.reachedFps

beforeEach(() => settled({ gate, market }))

test('cameras are looked at as configured, and their figures stand in the status', async () => {
  await expect.poll(() => rateOf('gate')).toBeGreaterThan(0)
  const { cameras, models, counters } = await agent.status()
  expect(cameras).toMatchObject([
    {
      id: 'gate',
      state: 'live',
      source: { codec: 'h264', width: 640 },
      looks: [{ model: 'people', askedFps: 5, inferenceMs: expect.any(Number) as number }],
    },
    { id: 'market', state: 'live', source: { codec: 'mjpeg' } },
  ])
  expect(models).toMatchObject([{ name: 'people', runs: { id: 'test/people', version: 1 } }])
  expect(counters).toMatchObject({
    'vision.cameras': 2,
    'vision.live': 2,
    'vision.modelsDown': 0,
    'vision.gate.people.askedFps': 5,
    'vision.market.people.seen': expect.any(Number) as number,
  })
})

test('a camera that is added, changed or removed disturbs no other', async () => {
  const before = await agent.camera('gate')
  await agent.configure(site({ gate, market: { ...market, fps: 2 }, roof: market }))
  await expect.poll(() => stateOf('roof')).toBe('live')
  await expect.poll(async () => (await agent.camera('market'))?.looks[0]?.askedFps).toBe(2)
  await agent.configure(site({ gate }))
  await expect.poll(async () => (await agent.status()).cameras.map(({ id }) => id)).toEqual(['gate'])
  const after = await agent.camera('gate')
  expect(after).toMatchObject({ state: 'live', since: before?.since })
  expect(after?.source?.frames).toBeGreaterThan(before?.source?.frames ?? 0)
  expect(after?.looks[0]?.seen).toBeGreaterThan(before?.looks[0]?.seen ?? 0)
})

test('cameras that are dead, or whose login is not there, cost the others nothing and say why', async () => {
  const before = await agent.camera('gate')
  await agent.configure(
    site({
      gate,
      market,
      gone: { source: { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/live' }, models: ['people'] },
      locked: { ...market, source: { kind: 'http', url: 'http://127.0.0.1:1/', login: { file: 'none' } } },
    }),
  )
  await expect.poll(async () => (await agent.camera('gone'))?.fault?.code).toBe('refused')
  await expect.poll(async () => (await agent.camera('locked'))?.fault?.code).toBe('no-login')
  tell('stall camera=2')
  await expect.poll(() => stateOf('market')).toBe('lost')
  const frames = (await agent.camera('gate'))?.source?.frames ?? 0
  await expect.poll(async () => (await agent.camera('gate'))?.source?.frames).toBeGreaterThan(frames + 20)
  expect(await agent.camera('gate')).toMatchObject({ state: 'live', since: before?.since })
})

test('a bad configuration is told with every fault by its place, and the cameras run on', async () => {
  const bad = { source: { kind: 'rtsp', url: 'rtsp://admin:pw@10.0.0.9/' }, models: ['nobody'], fps: 'fast' }
  await agent.configure(site({ gate, market, bad }))
  await expect.poll(async () => (await agent.status()).faults).toHaveLength(2)
  expect(JSON.stringify((await agent.status()).faults)).not.toContain('admin')
  expect((await agent.status()).cameras.map(({ id }) => id)).toEqual(['gate', 'market'])
  await agent.configure(site({ gate, market }))
  await expect.poll(async () => (await agent.status()).faults).toEqual([])
})

test('whoever asks is shown the next picture of a camera; of one that is away, that it is', async () => {
  const pictureOf = async (camera: string) => {
    const { base64 } = await agent.ask({ camera: { do: 'picture', camera } })
    return jpegSize(Buffer.from(base64 as string, 'base64'))
  }
  const shown = await pictureOf('gate')
  expect(shown?.width).toBe(640)
  expect(shown?.height).toBeGreaterThan(360)
  tell('stall camera=1')
  expect((await pictureOf('gate'))?.width).toBe(640)
  expect(await agent.ask({ camera: { do: 'picture', camera: 'nowhere' } })).toMatchObject({
    error: { code: 'unknown-camera', remedy: expect.stringContaining('gate, market') as string },
  })
})

test('a camera that has gone is back by itself', async () => {
  tell('restart ms=1500')
  await expect.poll(() => stateOf('gate')).toBe('lost')
  await expect.poll(() => stateOf('gate')).toBe('live')
})

test('scenes are watched for on a camera, and another zone is drawn without closing it', async () => {
  const watching = (id: string) => ({
    ...gate,
    gate: false,
    scenes: [
      {
        scene: 'zone',
        zones: [
          {
            id,
            polygon: [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 1],
            ],
          },
        ],
      },
    ],
  })
  const events = async () => {
    const { heads } = await agent.ask({ status: true })
    return (heads as readonly { lane: string; head: number }[]).find(({ lane }) => lane === 'events')?.head
  }
  await agent.configure(site({ gate: watching('door') }))
  await expect.poll(events).toBe(1)
  const before = await agent.camera('gate')
  await agent.configure(site({ gate: watching('window') }))
  // The incident at the door is withdrawn, and one at the window begins.
  await expect.poll(events).toBeGreaterThanOrEqual(3)
  expect((await agent.camera('gate'))?.since).toBe(before?.since)
  expect((await agent.camera('gate'))?.looks[0]?.seen).toBeGreaterThan(before?.looks[0]?.seen ?? 0)
})

test('camera live shows in a browser what the agent sees, until it is ended', async () => {
  const stop = new AbortController()
  const terminal = scriptedTerminal()
  const ended = commandLine(['camera', 'live', 'gate', '--config', agent.config], terminal, stop.signal)
  await expect.poll(() => terminal.said.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{16}\/\n$/)
  const film = await fetch(`${terminal.said.out.trim()}live.mjpeg`)
  let text = ''
  for await (const chunk of film.body ?? []) {
    text += Buffer.from(chunk).toString('latin1')
    if (text.split('Content-Type: image/jpeg').length > 3) break
  }
  expect(text).toContain('\u00ff\u00d8\u00ff')
  stop.abort()
  expect(await ended).toBe(0)
})

test('the view of a camera is accepted once there is one', async () => {
  const gone = { source: { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/live' } }
  await agent.configure(site({ gate, gone }))
  await expect.poll(() => stateOf('gone')).toBe('lost')
  const accept = async (id: string) => {
    const terminal = scriptedTerminal()
    const args = ['camera', 'accept', id, '--config', agent.config]
    const code = await commandLine(args, terminal, new AbortController().signal)
    return [code, terminal.said.out + terminal.said.err]
  }
  expect(await accept('gate')).toEqual([0, expect.stringContaining('accepted')])
  expect(await accept('gone')).toEqual([1, expect.stringContaining('shown nothing yet')])
  expect(await accept('nowhere')).toEqual([1, expect.stringContaining('gate, gone')])
})
