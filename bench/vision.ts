import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { scratchFolder } from './lab/lab.ts'
import { type Bench, median, rounded } from './result.ts'
import { makeStreetClip, mustBeThere, YOLOX_NANO } from './vision/shared-vision.ts'

const THREADS = [1, 2]
const ROUNDS = 6
/** What is compiled on the way is a tenth of a second of processor time: a yardstick that is warm has none of it. */
const SECONDS = 8
const MARK = 0.85
/** Of a bare run. */
const PREPARING_MARK = 0.1

interface BareRuns {
  readonly perSecond: number
  readonly ms: number
  readonly cpuMs: number
}

/** What `ganzhi-edge camera measure --json` says. */
interface Cost {
  readonly reachedFps: number
  readonly inferenceMs: number
  readonly preparingMs: number
  readonly boxes: number
  readonly cpuMs: {
    readonly total: number
    readonly agent: number
    readonly detector: number
    readonly decoder: number
  }
}

/** Frames a second from an H.264 file to tracked boxes ÷ bare runs of the same model with the same threads. */
export const vision: Bench = async ({ say, signal }) => {
  mustBeThere(YOLOX_NANO)
  await using scratch = await scratchFolder()
  const clip = await makeStreetClip(join(scratch.dir, 'street.mp4'))
  const figures = []
  for (const threads of THREADS) {
    const rounds: { bare: BareRuns; ours: Cost }[] = []
    // In turns, so that what else the machine does hits both.
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await bareRuns(threads, signal)
      const ours = await cost(clip, threads, signal)
      rounds.push({ bare, ours })
      say(
        `${threads} threads: ${ours.reachedFps.toFixed(1)} frames/s ÷ ${bare.perSecond.toFixed(1)} = ${rounded(ours.reachedFps / bare.perSecond)}`,
      )
    }
    figures.push(figureOf(threads, rounds))
  }
  const worst = figures.reduce((a, b) => (b.ratio < a.ratio ? b : a))
  return {
    value: worst.framesASecond,
    yardstick: worst.bareRunsASecond,
    ratio: worst.ratio,
    mark: MARK,
    ok: figures.every(({ ratio, preparingShare }) => ratio >= MARK && preparingShare <= PREPARING_MARK),
    preparingMark: PREPARING_MARK,
    figures,
  }
}

/** The best of each: what else the machine does makes them slower, never faster. */
function figureOf(threads: number, rounds: readonly { bare: BareRuns; ours: Cost }[]) {
  const least = (figure: (round: (typeof rounds)[number]) => number) =>
    rounded(Math.min(...rounds.map(figure)))
  const most = (figure: (round: (typeof rounds)[number]) => number) =>
    rounded(Math.max(...rounds.map(figure)))
  const framesASecond = most(({ ours }) => ours.reachedFps)
  const bareRunsASecond = most(({ bare }) => bare.perSecond)
  return {
    threads,
    framesASecond,
    bareRunsASecond,
    ratio: rounded(framesASecond / bareRunsASecond),
    medianRatio: rounded(median(rounds.map(({ bare, ours }) => ours.reachedFps / bare.perSecond))),
    preparingShare: rounded(least(({ ours }) => ours.preparingMs) / least(({ bare }) => bare.ms)),
    boxesAFrame: most(({ ours }) => ours.boxes),
    cpuMsAFrame: {
      total: least(({ ours }) => ours.cpuMs.total),
      detector: least(({ ours }) => ours.cpuMs.detector),
      agent: least(({ ours }) => ours.cpuMs.agent),
      decoder: least(({ ours }) => ours.cpuMs.decoder),
    },
    bareCpuMs: least(({ bare }) => bare.cpuMs),
  }
}

async function bareRuns(threads: number, signal: AbortSignal): Promise<BareRuns> {
  const { weights, side } = YOLOX_NANO
  return said<BareRuns>(['bench/yardsticks/bare-session.ts', weights, side, threads, SECONDS], signal)
}

async function cost(clip: string, threads: number, signal: AbortSignal): Promise<Cost> {
  const how = [
    '--model',
    YOLOX_NANO.weights,
    '--threads',
    threads,
    '--every-frame',
    '--no-gate',
    '--for',
    SECONDS,
  ]
  return said<Cost>(['edge/main.ts', 'camera', 'measure', clip, ...how, '--json'], signal)
}

async function said<T>(command: readonly (string | number)[], signal: AbortSignal): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, command.map(String), { signal })
  return JSON.parse(stdout) as T
}
