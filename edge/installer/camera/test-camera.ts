import type { Clock } from '@ganzhi/device-drivers/clock'
import pino from 'pino'
import type { CameraState } from '../../vision/sources/camera-state.ts'
import { openSource, type SourceOptions } from '../../vision/sources/open-source.ts'
import type { SourceFigures } from '../../vision/sources/player.ts'
import type { CameraTarget } from './camera-target.ts'

export interface CameraTest extends SourceFigures {
  readonly camera: string
  readonly state: CameraState['kind']
  readonly fault?: CameraState['fault']
  readonly askedFps: number
  /** From the call to the first frame. */
  readonly firstFrameMs: number | null
  /** What it went through. */
  readonly states: readonly {
    readonly at: string
    readonly state: CameraState['kind']
    readonly code?: string
  }[]
}

export interface TestOptions extends Pick<SourceOptions, 'ffmpeg' | 'size' | 'fps'> {
  readonly forMs: number
  readonly clock: Clock
  readonly onProgress: (state: CameraState, figures: SourceFigures) => void
  readonly signal: AbortSignal
}

const PROGRESS_MS = 500

/** Watches a camera for a while, as the agent would. */
export async function testCamera(target: CameraTarget, options: TestOptions): Promise<CameraTest> {
  const { ffmpeg, size, fps, forMs, clock, onProgress } = options
  const states: { at: string; state: CameraState['kind']; code?: string }[] = []
  const begun = clock.elapsed()
  let firstFrameMs: number | null = null
  await using camera = openSource(target.source, {
    ffmpeg,
    size,
    fps,
    ...(target.login ? { login: target.login } : {}),
    clock,
    random: Math.random,
    log: pino({ level: 'silent' }),
    onState: ({ kind, since, fault }) =>
      states.push({
        at: new Date(since).toISOString(),
        state: kind,
        ...(fault ? { code: fault.code } : {}),
      }),
  })
  const over = new AbortController()
  const cancel = clock.after(forMs, () => over.abort(new Error('the time is over')))
  const signal = AbortSignal.any([options.signal, over.signal])
  let told = begun
  try {
    for (;;) {
      using frame = await camera.next(signal)
      if (!frame) break
      firstFrameMs ??= clock.elapsed() - begun
      if (clock.elapsed() - told < PROGRESS_MS) continue
      told = clock.elapsed()
      onProgress(camera.state(), camera.figures())
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    cancel()
  }
  const { kind, fault } = camera.state()
  return {
    camera: target.shown,
    state: kind,
    ...(fault ? { fault } : {}),
    askedFps: fps,
    firstFrameMs,
    ...camera.figures(),
    states,
  }
}
