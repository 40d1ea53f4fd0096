import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import { pino } from 'pino'
import { CameraPipeline } from '../../vision/camera-pipeline.ts'
import { CorePermits } from '../../vision/detectors/core-permits.ts'
import { openDetectorChild } from '../../vision/detectors/detector-child.ts'
import { SharedDetector } from '../../vision/detectors/shared-detector.ts'
import { feedPipelines } from '../../vision/feed-pipelines.ts'
import { MotionGate } from '../../vision/motion-gate.ts'
import type { CameraSource } from '../../vision/sources/camera-source.ts'
import { CameraTrouble } from '../../vision/sources/http-camera.ts'
import { openSource, type SourceOptions } from '../../vision/sources/open-source.ts'
import { type CameraCost, costBetween } from './camera-cost.ts'
import type { CameraTarget } from './camera-target.ts'
import type { MeasuredModel } from './measured-model.ts'
import { processTimes } from './process-times.ts'
import { timeToPrepare } from './time-to-prepare.ts'

export interface MeasureOptions extends Pick<SourceOptions, 'ffmpeg' | 'size'> {
  readonly clock: Clock
  readonly threads: number
  /** Infinity: every frame of a file, as fast as they are looked at. */
  readonly fps: number
  readonly gate: boolean
  readonly forMs: number
  readonly signal: AbortSignal
}

export interface CameraMeasurement extends CameraCost {
  /** Of a picture's way into the model, within `inferenceMs`. */
  readonly preparingMs: number
}

/** How often it is looked whether the model is loaded. */
const LOADED_MS = 20

/** Watches a camera with a model for a while, as the agent would. */
export async function measureCamera(
  target: CameraTarget,
  model: MeasuredModel,
  options: MeasureOptions,
): Promise<CameraMeasurement> {
  const { clock, fps, gate, forMs, signal } = options
  const over = new AbortController()
  const lost = new AbortController()
  const watching = AbortSignal.any([signal, over.signal, lost.signal])
  let { size } = options
  let boxes = 0
  const begun = Promise.withResolvers<void>()
  await using stack = new AsyncDisposableStack()
  const detector = stack.use(await loaded(model, options))
  const pipeline = stack.use(
    new CameraPipeline({
      camera: target.shown,
      clock,
      detector,
      fps,
      ...(gate ? { gate: new MotionGate() } : {}),
      onSight({ frame, detections }) {
        size = { width: frame.width, height: frame.height }
        boxes += detections.filter(({ score }) => score >= model.score).length
        begun.resolve()
      },
    }),
  )
  const source = stack.use(
    openSource(fps === Infinity ? unpaced(target.source) : target.source, {
      ...options,
      ...(target.login ? { login: target.login } : {}),
      random: Math.random,
      log: SILENT,
      onState: ({ kind, fault }) => {
        if (kind === 'lost' && fault) lost.abort(new CameraTrouble(fault))
      },
    }),
  )
  const fed = feedPipelines(source, [pipeline], { signal: watching, everyFrame: fps === Infinity })
  const tally = async () => ({
    boxes,
    figures: pipeline.figures,
    times: await processTimes(),
    at: clock.elapsed(),
  })
  try {
    await Promise.race([begun.promise, fed])
    const before = await tally()
    await Promise.race([sleep(clock, forMs, watching), fed])
    const cost = costBetween(before, await tally())
    return { ...cost, preparingMs: timeToPrepare(model.card, size) }
  } finally {
    over.abort(new Error('the time is over'))
    await fed.catch(() => {})
  }
}

const SILENT = pino({ level: 'silent' })

async function loaded(
  { order }: MeasuredModel,
  { clock, threads, signal }: MeasureOptions,
): Promise<SharedDetector> {
  const detector = new SharedDetector(order, {
    clock,
    log: SILENT,
    threads,
    cores: new CorePermits(threads),
    open: (model, granted, stop) => openDetectorChild({ clock, model, threads: granted, signal: stop }),
  })
  try {
    for (let { down } = detector; down; { down } = detector) {
      if (down.code !== 'model-down') throw down
      await sleep(clock, LOADED_MS, signal)
    }
    return detector
  } catch (error) {
    await detector[Symbol.asyncDispose]()
    throw error
  }
}

function unpaced(source: CameraSource): CameraSource {
  return source.kind === 'file' ? { ...source, unpaced: true } : source
}
