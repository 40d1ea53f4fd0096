import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { growthOf } from './growth.ts'
import { scratchFolder } from './lab/lab.ts'
import { childrenOf, residentMb } from './lab/process-use.ts'
import { type Bench, median, rounded } from './result.ts'
import { mustBeThere, writeCard, YOLOX_NANO } from './vision/shared-vision.ts'
import { startSimulatedCameras } from './vision/simulated-cameras.ts'
import { startWatchingAgent, type VisionStatus, type WatchingAgent } from './vision/watching-agent.ts'

const FPS = 5
const PERIOD_MS = 1_000 / FPS
/** How closely results are watched. */
const WATCH_MS = 10
const WITHOUT_SWAP_S = 30
const MARK = 2
const GROWTH = 1.05

/** A camera whose model gives way to another again and again: the longest gap between its results ÷ its period. */
export const swap: Bench = async ({ swaps, say, signal }) => {
  mustBeThere(YOLOX_NANO)
  await using scratch = await scratchFolder()
  const models = await twoVersions(scratch.dir)
  await using simulated = await startSimulatedCameras({
    dir: scratch.dir,
    count: 1,
    fps: FPS,
    moving: 1,
    gate: false,
  })
  const visionWith = (version: number) => ({
    models: { people: models[version % 2] },
    cameras: simulated.cameras,
  })
  await using agent = await startWatchingAgent(scratch.dir, visionWith(1))
  await agent.untilAllSeen(signal)
  const undisturbed = new Results()
  for (const end = performance.now() + WITHOUT_SWAP_S * 1_000; performance.now() < end;) {
    await undisturbed.watch(agent, signal)
  }
  say(`without a swap: longest gap ${Math.round(undisturbed.longestMs)} ms`)

  const results = new Results()
  const agentMb: number[] = []
  const childrenMb: number[] = []
  for (let done = 0; done < swaps; done++) {
    const wanted = done % 2 === 0 ? 2 : 1
    await agent.reconfigure({ vision: visionWith(wanted) })
    let status = await results.watch(agent, signal)
    while (status.models[0]?.runs?.version !== wanted) status = await results.watch(agent, signal)
    const takenBack = status.models[0].lastSwap?.takenBack
    if (takenBack) throw new Error(`a model was taken back: ${takenBack.message}`)
    agentMb.push(await residentMb(agent.pid))
    childrenMb.push(await childrenMbOf(agent))
    if (done % 50 === 49) {
      say(
        `${done + 1} swaps: longest gap ${Math.round(results.longestMs)} ms, agent ${Math.round(agentMb.at(-1) ?? 0)} MB, children ${Math.round(childrenMb.at(-1) ?? 0)} MB`,
      )
    }
  }
  const ratio = results.longestMs / PERIOD_MS
  const growth = { agent: rounded(growthOf(agentMb)), children: rounded(growthOf(childrenMb)) }
  return {
    value: rounded(results.longestMs),
    yardstick: PERIOD_MS,
    ratio: rounded(ratio),
    mark: MARK,
    ok: ratio <= MARK && growth.agent <= GROWTH && growth.children <= GROWTH,
    swaps,
    looks: results.looks,
    withoutSwap: { longestGapMs: rounded(undisturbed.longestMs), looks: undisturbed.looks },
    growth,
    growthMark: GROWTH,
    agentMb: Math.round(median(agentMb)),
    childrenMb: Math.round(median(childrenMb)),
  }
}

/** How long it took from one result to the next. */
class Results {
  longestMs = 0
  looks = 0
  #seen: number | undefined
  #at = 0

  async watch(agent: WatchingAgent, signal: AbortSignal): Promise<VisionStatus> {
    const status = await agent.status()
    const [now, seen] = [performance.now(), status.cameras[0]?.looks[0]?.seen ?? 0]
    if (seen !== this.#seen) {
      if (this.#seen !== undefined) {
        this.longestMs = Math.max(this.longestMs, now - this.#at)
        this.looks += seen - this.#seen
      }
      this.#seen = seen
      this.#at = now
    }
    await pause(WATCH_MS, undefined, { signal })
    return status
  }
}

async function twoVersions(dir: string): Promise<readonly object[]> {
  return await Promise.all(
    [2, 1].map(async (version) => {
      const weights = join(dir, `version-${version}.onnx`)
      await copyFile(YOLOX_NANO.weights, weights)
      return { weights, card: await writeCard(YOLOX_NANO, join(dir, `version-${version}.json`), version) }
    }),
  )
}

async function childrenMbOf({ pid }: WatchingAgent): Promise<number> {
  const all = (await childrenOf(pid)).map((child) => residentMb(child).catch(() => 0))
  return (await Promise.all(all)).reduce((sum, mb) => sum + mb, 0)
}
