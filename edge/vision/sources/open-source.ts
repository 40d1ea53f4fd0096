import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Logger } from 'pino'
import { doublingBackoff } from '../../backoff.ts'
import type { CameraSource } from './camera-source.ts'
import { type CameraFault, cameraFault, type CameraState } from './camera-state.ts'
import { lookCloser } from './closer-look.ts'
import type { LentFrame } from './latest-frame.ts'
import type { HealthLimits } from './picture-health.ts'
import { Player, type SourceFigures } from './player.ts'
import type { Picture } from './ppm-reader.ts'
import type { Login } from './scrub.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

export interface SourceOptions {
  /** From findFfmpeg. */
  readonly ffmpeg: string
  readonly login?: Login
  /** Frames are made to fit into it, with their aspect, and never enlarged. */
  readonly size: { readonly width: number; readonly height: number }
  /** No more a second than that. */
  readonly fps: number
  readonly limits?: Partial<HealthLimits>
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly onState?: (state: CameraState) => void
}

export interface Source extends AsyncDisposable {
  state(): CameraState
  figures(): SourceFigures
  /** The newest frame that was not taken yet; undefined when a file has ended. One taker at a time. */
  next(signal: AbortSignal): Promise<LentFrame | undefined>
  /** Takes the present view for the right one: it is no longer `moved`. False where nothing was seen yet. */
  acceptView(): boolean
  /** A picture for evidence, as good as the camera has it. Throws CameraTrouble where there is none. */
  snapshot(signal: AbortSignal): Promise<Snapshot>
  /** What it shows now, larger than its frames; undefined where it has nothing larger. Throws CameraTrouble where it does not come. */
  closer(signal: AbortSignal): Promise<Picture | undefined>
}

/** A camera that was plugged in again shows within ten seconds, however long it was away. */
const PAUSE_MS = [500, 4_000] as const
/** Cameras lock accounts after five or so wrong passwords. */
const PAUSE_AFTER_WRONG_PASSWORD_MS = [60_000, 600_000] as const
/** What broke sooner goes on to be dialled with longer pauses, and is not told in the log again. */
const STEADY_MS = 10_000

/** A camera, dialled again and again for as long as it is open. */
export function openSource(source: CameraSource, options: SourceOptions): Source {
  const { ffmpeg, login, clock, random, log, onState } = options
  const closing = new AbortController()
  let state: CameraState = { kind: 'connecting', since: clock.now() }
  const report = (kind: CameraState['kind'], fault?: CameraFault) => {
    if (state.kind === kind && state.fault?.code === fault?.code) return
    state = { kind, since: clock.now(), ...(fault ? { fault } : {}) }
    onState?.(state)
  }
  const player = new Player(source, options, (wrong) =>
    wrong ? report(wrong, cameraFault(wrong)) : report('live'),
  )

  async function run(): Promise<void> {
    const pauses = doublingBackoff(PAUSE_MS, random)
    const pausesAfterWrongPassword = doublingBackoff(PAUSE_AFTER_WRONG_PASSWORD_MS, random)
    for (;;) {
      const { fault, livedMs } = await player.play(closing.signal)
      if (!fault) continue
      if (livedMs > 0) pausesAfterWrongPassword.reset()
      if (livedMs >= STEADY_MS) pauses.reset()
      const news = state.kind !== 'lost' && (livedMs >= STEADY_MS || state.kind === 'connecting')
      log[news ? 'warn' : 'debug']({ fault: fault.code, detail: fault.detail }, 'camera lost')
      report('lost', fault)
      if (fault.code === 'ended') return
      const next = fault.code === 'wrong-password' ? pausesAfterWrongPassword : pauses
      await sleep(clock, next.next(), closing.signal)
    }
  }
  const ended = run()
    .catch((error: unknown) => {
      if (!closing.signal.aborted) log.error({ error }, 'camera given up')
    })
    .finally(() => player.end())

  return {
    state: () => state,
    figures: () => player.figures(),
    next: (signal) => player.next(signal),
    acceptView: () => player.acceptView(),
    snapshot: (signal) => takeSnapshot(source, { ffmpeg, login, ...player.seen(), signal }),
    closer: (signal) =>
      lookCloser(source, { ffmpeg, login, jpeg: player.jpeg, shrunk: player.shrinks, signal }),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the camera is closed'))
      await ended
    },
  }
}
