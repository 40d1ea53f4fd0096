import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeModel } from '../vision/fixtures/made-models.ts'
import { makeClip } from '../vision/sources/fixtures/made-pictures.ts'
import { commandLine } from './command-line.ts'
import { scriptedTerminal } from './scripted-terminal.ts'

let base: string
let clip: string
let model: readonly string[]
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ganzhi-measure-cli-'))
  clip = await makeClip(join(base, 'clip.mp4'), { size: '320x180' })
  await makeModel(base, { version: 1 })
  model = ['--model', join(base, 'best.onnx'), '--card', join(base, 'card.yaml')]
})
afterAll(() => rm(base, { recursive: true, force: true }))

async function ran(...args: readonly string[]) {
  const terminal = scriptedTerminal()
  const code = await commandLine(['camera', 'measure', ...args], terminal, new AbortController().signal)
  return { code, ...terminal.said }
}

test('every frame of a file is looked at, and what one costs is told as one document', async () => {
  const asked = '--every-frame --no-gate --threads 1 --for 2 --json'.split(' ')
  const { code, out } = await ran(clip, ...model, ...asked)
  const document = JSON.parse(out) as Record<string, number> & { cpuMs: Record<string, number> }
  expect(code).toBe(0)
  expect(document).toMatchObject({
    camera: clip,
    model: { head: 'yolov8', size: [32, 32] },
    threads: 1,
    gate: false,
    askedFps: null,
    still: 0,
    boxes: 1,
  })
  expect(document['reachedFps']! * document['seconds']!).toBeCloseTo(document['frames']!)
  expect(document['inferenceMs']).toBeGreaterThan(0)
  expect(document['preparingMs']).toBeGreaterThan(0)
  const { total, agent, detector, decoder } = document.cpuMs
  expect(agent! + detector! + decoder!).toBeCloseTo(total!)
  expect(detector).toBeGreaterThan(0)
})

test('with the gate frames in which nothing moves are told apart', async () => {
  const still = await makeClip(join(base, 'still.mp4'), { source: 'color=gray', size: '320x180' })
  const { out } = await ran(still, ...model, '--every-frame', '--for', '1', '--json')
  const { frames, still: unmoved } = JSON.parse(out) as { frames: number; still: number }
  expect(unmoved).toBeGreaterThan(frames / 2)
})

test('people read it in both languages, with how many such cameras there is room for', async () => {
  const { out } = await ran(clip, ...model, '--fps', '10', '--for', '1')
  for (const word of ['到达 reached', '/ 10 fps', '预处理 preparing', '约 about', '路 such cameras']) {
    expect(out).toContain(word)
  }
})

test('a camera that is not there is told with its remedy, and 1', async () => {
  const { code, err } = await ran('rtsp://127.0.0.1:1/live', ...model, '--for', '1')
  expect(code).toBe(1)
  expect(err).toContain('主机拒绝连接')
})

test('a model that is none is refused, and 2', async () => {
  const { code, err } = await ran(clip, '--model', clip)
  expect([code, err]).toEqual([2, expect.stringContaining('model-refused')])
})

test.each([
  [[], '地址 address'],
  [['a.mp4'], '--model'],
  [['rtsp://127.0.0.1/live', '--model', 'a.onnx', '--every-frame'], '--every-frame'],
])('%j is bad use', async (args, said) => {
  const { code, err } = await ran(...args)
  expect([code, err]).toEqual([2, expect.stringContaining(said)])
})
