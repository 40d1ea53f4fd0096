import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeModel } from '../../vision/fixtures/made-models.ts'
import type { VisionPlan } from '../../vision/plan.ts'
import { cameraFault } from '../../vision/sources/camera-state.ts'
import { makeClip } from '../../vision/sources/fixtures/made-pictures.ts'
import type { VisionStatus } from '../../vision/vision-status.ts'
import type { Finding } from './finding.ts'
import { checkClock, checkData, checkNode } from './machine.ts'
import { checkTcp } from './reach.ts'
import { checkSerial } from './serial.ts'
import { examineVision } from './vision.ts'

let dir: string
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'edge-doctor-'))))
afterEach(() => rm(dir, { recursive: true, force: true }))

test('a Node that is too old is told what it needs', () => {
  expect(checkNode('24.1.0').state).toBe('ok')
  expect(checkNode('20.19.0')).toMatchObject({
    state: 'bad',
    remedy: expect.stringContaining('24') as string,
  })
})

test('a clock before the software was made is wrong; one nobody sets is a warning', () => {
  expect(checkClock(1_000, 2_000, true).state).toBe('bad')
  expect(checkClock(3_000, 2_000, false).state).toBe('warn')
  expect(checkClock(3_000, 2_000, true).state).toBe('ok')
  expect(checkClock(3_000, 2_000, undefined).state).toBe('ok')
})

test('a data directory that is not there yet is judged by the one above it', async () => {
  expect((await checkData(join(dir, 'new', 'data'))).state).not.toBe('bad')
  await writeFile(join(dir, 'file'), '')
  expect((await checkData(join(dir, 'file', 'data'))).state).toBe('bad')
})

test.skipIf(process.getuid?.() === 0)('a data directory of somebody else is refused', async () => {
  await chmod(dir, 0o500)
  expect(await checkData(dir)).toMatchObject({
    state: 'bad',
    remedy: expect.stringContaining('chown') as string,
  })
})

test('a serial port that is not there, and a file that is none', async () => {
  expect(await checkSerial(join(dir, 'ttyUSB9'))).toMatchObject({ state: 'bad' })
  await writeFile(join(dir, 'file'), '')
  expect((await checkSerial(join(dir, 'file'))).found).toContain('no serial port')
})

test('a port that a process has open names the process', async () => {
  const holder = await open('/dev/null')
  const finding = await checkSerial('/dev/null')
  await holder.close()
  expect(finding).toMatchObject({
    state: 'warn',
    found: expect.stringContaining(`pid ${process.pid}`) as string,
  })
})

test('an address where nothing listens', async () => {
  const finding = await checkTcp('roof', '127.0.0.1', 1, new AbortController().signal)
  expect(finding).toMatchObject({ state: 'bad', found: expect.stringContaining('ECONNREFUSED') as string })
})

const CAMERA = { size: { width: 640, height: 640 }, fps: 5, gate: true, looks: [], privacy: {}, scenes: [] }

function vision(ffmpeg?: string, running?: Partial<VisionStatus>): Promise<Finding[]> {
  const plan: VisionPlan = {
    models: new Map([
      ['good', { model: { kind: 'weights', path: join(dir, 'best.onnx'), card: join(dir, 'card.yaml') } }],
      ['gone', { model: { kind: 'package', dir: join(dir, 'none'), trustedKeys: [] } }],
    ]),
    cameras: new Map([
      ['clip', { ...CAMERA, source: { kind: 'file', path: join(dir, 'clip.mp4') } }],
      ['away', { ...CAMERA, source: { kind: 'rtsp', url: 'rtsp://127.0.0.1:1/' } }],
    ]),
  }
  const { signal } = new AbortController()
  return Array.fromAsync(examineVision(plan, { ffmpeg, dataDir: dir, running, signal }))
}

test('models are loaded, cameras are looked at, and each says what is wrong with it', async () => {
  await makeModel(dir, { version: 7 })
  await makeClip(join(dir, 'clip.mp4'))
  const findings = await vision()
  expect(findings.map(({ check, state, found }) => [check, state, found.split(':')[0]])).toEqual([
    ['ffmpeg', 'ok', 'ffmpeg'],
    ['model', 'ok', 'good'],
    ['model', 'bad', 'gone'],
    ['camera', 'ok', 'clip'],
    ['camera', 'bad', 'away'],
  ])
  expect(findings.at(-1)?.remedy).toContain('Check the port')
})

test('without ffmpeg no camera is blamed, and it is said how to get it', async () => {
  const [ffmpeg, ...others] = await vision('/nowhere/ffmpeg')
  expect(ffmpeg).toMatchObject({ state: 'bad', remedy: expect.stringContaining('apt-get') as string })
  expect(others.map(({ check }) => check)).not.toContain('camera')
})

test('of an agent that runs it is told what it says: it has the cameras open', async () => {
  const findings = await vision(undefined, {
    models: [],
    cameras: [
      { id: 'usb', state: 'lost', since: 0, fault: cameraFault('device-busy'), source: undefined, looks: [] },
    ],
  })
  expect(findings.map(({ check, state }) => [check, state])).toEqual([
    ['ffmpeg', 'ok'],
    ['camera', 'bad'],
  ])
})
