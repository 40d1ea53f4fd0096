import type { CameraStatus, ComparisonStatus, LookStatus, ModelStatus } from '../vision/vision-status.ts'
import { STATE_NAMES } from '../vision/sources/camera-state.ts'
import type { Colours } from './colours.ts'
import { faultLines } from './error-text.ts'
import { textTable } from './text-table.ts'

/** As a running agent tells it over its socket: what is undefined there is not there. */
export interface ShownVision {
  readonly cameras?: readonly CameraStatus[]
  readonly models?: readonly ModelStatus[]
}

/** Below this share of what is asked the rate is shown as a warning. */
const REACHED = 0.95

export function visionLines({ cameras = [], models = [] }: ShownVision = {}, colours: Colours): string[] {
  return [
    ...(cameras.length === 0 ? [] : [cameraTable(cameras, colours)]),
    ...cameras.flatMap((camera) => whyNot(camera, colours)),
    ...(models.length === 0 ? [] : [modelTable(models, colours)]),
    ...models.flatMap((model) => modelLines(model, colours)),
  ]
}

function cameraTable(cameras: readonly CameraStatus[], colours: Colours): string {
  const titles = ['摄像机 camera', '状态 state', '码流 stream', '模型 model', '帧率 rate']
  const figures = ['跳过 skipped', '迟 late', '失败 failed', '推理 inference', '延迟 lag']
  const rows = cameras.flatMap((camera) => {
    const { id, state, source } = camera
    const shown = state === 'live' ? STATE_NAMES[state] : colours.bad(STATE_NAMES[state])
    const stream = source?.width ? `${source.width}×${source.height} ${source.codec ?? ''}` : ''
    const looks = camera.looks.length === 0 ? [[]] : camera.looks.map((look) => lookCells(look, colours))
    return looks.map((cells, i) => (i === 0 ? [id, shown, stream, ...cells] : ['', '', '', ...cells]))
  })
  return textTable(
    [...titles, ...figures].map((title) => ({ title })),
    rows,
  )
}

function lookCells(look: LookStatus, { warn }: Colours): string[] {
  const { model, askedFps, reachedFps, skipped, late, failed, inferenceMs, lagMs } = look
  const rate = `${reachedFps.toFixed(1)}${askedFps === undefined ? '' : ` / ${askedFps}`} fps`
  const slow = askedFps !== undefined && reachedFps < REACHED * askedFps
  const counted = (count: number) => (count === 0 ? '0' : warn(String(count)))
  return [
    model,
    slow ? warn(rate) : rate,
    String(skipped),
    counted(late),
    counted(failed),
    milliseconds(inferenceMs),
    milliseconds(lagMs),
  ]
}

function whyNot({ id, fault }: CameraStatus, colours: Colours): string[] {
  if (!fault) return []
  const { reason, remedy, detail } = fault
  return [
    `${colours.bad(`✗ ${id}: ${reason.zh}`)} ${reason.en}`,
    ...(detail === undefined ? [] : [colours.faint(`  ${detail}`)]),
    colours.faint(`  → ${remedy.zh}。 ${remedy.en}`),
  ]
}

function modelTable(models: readonly ModelStatus[], colours: Colours): string {
  const titles = ['模型 model', '运行 runs', 'sha256', '状态 state', 'p50', 'p95']
  const rows = models.map(({ name, runs, down, refused, latencyMs }) => [
    name,
    runs ? `${runs.id} v${runs.version}` : '',
    runs?.digest?.slice(0, 12) ?? '',
    down ? colours.bad('未运行 down') : refused ? colours.warn('新版被拒 new one refused') : '正常 up',
    milliseconds(latencyMs.p50),
    milliseconds(latencyMs.p95),
  ])
  return textTable(
    titles.map((title) => ({ title })),
    rows,
  )
}

function modelLines({ name, ...model }: ModelStatus, colours: Colours): string[] {
  const { down, refused, shadowRefused, comparison, lastSwap } = model
  const why = (what: string, fault: ModelStatus['down']) => faultLines(`${name}: ${what}`, fault, colours)
  return [
    ...why('未运行 down:', down),
    ...why('新版被拒，原来的继续 the new one is refused, the one before runs on:', refused),
    ...why('影子被拒 the one in shadow is refused:', shadowRefused),
    ...why('新版已撤回 the new one was taken back:', lastSwap?.takenBack),
    ...(comparison ? comparisonLines(name, comparison) : []),
  ]
}

function comparisonLines(
  name: string,
  { role, beside, frames, labels, latencyMs }: ComparisonStatus,
): string[] {
  const who = role === 'candidate' ? '影子 in shadow' : '换下的，观察期 the former one, on probation'
  const head = `  ${name}: ${who} ${beside ? `${beside.id} v${beside.version}` : ''}, ${frames} 帧 frames, p50 ${milliseconds(latencyMs.beside.p50)}`
  return [
    head,
    ...labels.map(
      ({ label, agreement, scoreDrift, onlyFirst, onlySecond }) =>
        `    ${label}: 一致 agree ${Math.round(agreement * 100)} %, 分数漂移 score drift ${scoreDrift.toFixed(2)}, 仅旧 only the older ${onlyFirst}, 仅新 only the newer ${onlySecond}`,
    ),
  ]
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${Math.round(ms)} ms`
}
