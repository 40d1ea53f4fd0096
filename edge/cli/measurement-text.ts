import type { CameraMeasurement } from '../installer/camera/measure-camera.ts'
import type { Colours } from './colours.ts'
import { textTable } from './text-table.ts'

export interface Measurement extends CameraMeasurement {
  readonly camera: string
  readonly model: { readonly head: string; readonly size: readonly number[] }
  readonly threads: number
  readonly gate: boolean
  /** Null where every frame of a file was asked for. */
  readonly askedFps: number | null
}

/** What is left of a core is for the rest of the agent, and for moments in which all cameras move. */
const OF_A_CORE = 0.8

export function measurementText(
  measured: Measurement,
  { cores, colours }: { cores: number; colours: Colours },
): string {
  const { camera, model, threads, askedFps, reachedFps, frames, still, boxes, cpuMs } = measured
  const inTime = askedFps === null || reachedFps >= 0.95 * askedFps
  const reached = `${reachedFps.toFixed(1)} ${askedFps === null ? '' : `/ ${askedFps} `}fps`
  const rows = [
    ['模型 model', `${model.head} ${model.size.join('×')}, ${threads} 线程 threads`],
    ['到达 reached', inTime ? reached : colours.bad(reached)],
    ['静止 still', measured.gate ? `${Math.round((100 * still) / frames)} %` : ''],
    ['推理 inference', msText(measured.inferenceMs)],
    ['预处理 preparing', `${msText(measured.preparingMs)}，含在推理中 of that`],
    ['延迟 lag', msText(measured.lagMs)],
    ['目标 boxes', boxes === null ? '' : `${boxes.toFixed(1)} 每帧 a frame`],
    ['处理器 CPU', cpuMs === null ? '' : `${msText(cpuMs.total)} 每帧 a frame`],
    [
      '',
      cpuMs === null
        ? ''
        : `解码 decoder ${msText(cpuMs.decoder)}，检测 detector ${msText(cpuMs.detector)}，代理 agent ${msText(cpuMs.agent)}`,
    ],
    ['能带 room for', askedFps === null || cpuMs === null ? '' : roomText(cpuMs.total * reachedFps, cores)],
  ]
  return textTable(
    [{ title: colours.faint('摄像机 camera') }, { title: camera }],
    rows.filter(([, text]) => text !== ''),
  )
}

function roomText(msASecond: number, cores: number): string {
  const cameras = Math.floor((cores * OF_A_CORE * 1_000) / msASecond)
  return `约 about ${cameras} 路 such cameras（${cores} 核 cores）`
}

function msText(ms: number | null): string {
  return ms === null ? '' : `${ms.toFixed(1)} ms`
}
