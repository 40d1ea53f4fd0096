import { expect, test } from 'vitest'
import { cameraFault } from '../vision/sources/camera-state.ts'
import type { CameraStatus, ModelStatus } from '../vision/vision-status.ts'
import { coloursFor } from './colours.ts'
import { visionLines } from './vision-text.ts'

const look = {
  model: 'people',
  askedFps: 5,
  grantedFps: 5,
  reachedFps: 4.96,
  still: 3,
  seen: 20,
  skipped: 1,
  late: 0,
  failed: 0,
  inferenceMs: 12.4,
  lagMs: 30.2,
}
const source = {
  fps: 5,
  frames: 50,
  dropped: 0,
  lagMs: 1,
  corrupt: 0,
  codec: 'h264',
  width: 640,
  height: 360,
}
const live: CameraStatus = { id: 'gate', state: 'live', since: 0, source, looks: [look] }
const model: ModelStatus = {
  name: 'people',
  runs: { id: 'city/people', version: 3, digest: 'ab12'.repeat(16) },
  down: undefined,
  refused: undefined,
  shadowRefused: undefined,
  latencyMs: { p50: 12, p95: 19 },
  comparison: undefined,
  lastSwap: undefined,
}

const shown = (cameras: CameraStatus[], models: ModelStatus[]) =>
  visionLines({ cameras, models }, coloursFor(false)).join('\n')

test('a camera and its model are a line each, with their figures', () => {
  const text = shown([live], [model])
  expect(text).toMatch(/gate +正常 live +640×360 h264 +people +5\.0 \/ 5 fps +1 +0 +0 +12 ms +30 ms/)
  expect(text).toMatch(/people +city\/people v3 +ab12ab12ab12 +正常 up +12 ms +19 ms/)
})

test('what is not as it should be says why and what to do, in both languages', () => {
  const lost: CameraStatus = { ...live, state: 'lost', fault: cameraFault('refused') }
  const unsigned = { code: 'package-unsigned', message: 'it is not signed', remedy: 'Sign it.' }
  const text = shown([lost], [{ ...model, refused: unsigned }])
  for (const part of [
    '中断 lost',
    '✗ gate: 主机拒绝连接',
    '→ 检查端口',
    '新版被拒',
    'package-unsigned',
    'Sign it.',
  ]) {
    expect(text).toContain(part)
  }
})

test('a candidate in shadow is compared label by label', () => {
  const label = {
    label: 'person',
    both: 8,
    onlyFirst: 1,
    onlySecond: 3,
    agreement: 0.67,
    overlap: 0.9,
    scoreDrift: -0.1,
  }
  const percentiles = { p50: 20, p95: 30 }
  const comparison = {
    role: 'candidate' as const,
    model: model.runs,
    beside: { id: 'city/people', version: 4 },
    frames: 40,
    labels: [label],
    latencyMs: { model: percentiles, beside: percentiles },
  }
  const text = shown([], [{ ...model, comparison }])
  expect(text).toContain('影子 in shadow city/people v4, 40 帧 frames')
  expect(text).toMatch(/person: .*67 %.*-0\.10.*1.*3/)
})

test('a gateway without cameras shows none of this', () => {
  expect(visionLines(undefined, coloursFor(false))).toEqual([])
})
