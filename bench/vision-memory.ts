import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { growthOf } from './growth.ts'
import { scratchFolder } from './lab/lab.ts'
import { childrenOf, residentMb } from './lab/process-use.ts'
import { type Bench, median, rounded } from './result.ts'
import { makeStreetClip, mustBeThere, PERSON_LIGHT, writeCard } from './vision/shared-vision.ts'
import { startWatchingAgent } from './vision/watching-agent.ts'

const SAMPLE_MS = 500
const GROWTH = 1.05
const EVERYWHERE = {
  id: 'everywhere',
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
}
const ACROSS = {
  id: 'across',
  line: [
    [0.5, 0],
    [0.5, 1],
  ],
}
/** What all scenes are made of, told again and again. */
const SCENES = [
  ...['zone', 'count', 'dwell', 'static-object'].map((scene) => ({ scene, zones: [EVERYWHERE] })),
  { scene: 'line', zones: [ACROSS] },
]

/** A file that is looked at as fast as that goes, with scenes and their evidence: does the memory of the agent and of its children stay? */
export const visionMemory: Bench = async ({ frames, say, signal }) => {
  mustBeThere(PERSON_LIGHT)
  await using scratch = await scratchFolder()
  const path = await makeStreetClip(join(scratch.dir, 'street.mp4'))
  const card = await writeCard(PERSON_LIGHT, join(scratch.dir, 'card.json'))
  const source = { kind: 'file', path, loop: true, unpaced: true }
  await using agent = await startWatchingAgent(scratch.dir, {
    models: { people: { weights: PERSON_LIGHT.weights, card } },
    cameras: { street: { source, models: ['people'], gate: false, scenes: SCENES } },
  })
  await agent.untilAllSeen(signal)
  const agentMb: number[] = []
  const childrenMb: number[] = []
  let seen = 0
  for (let told = 0; seen < frames;) {
    await pause(SAMPLE_MS, undefined, { signal })
    const children = (await childrenOf(agent.pid)).map(residentMb)
    agentMb.push(await residentMb(agent.pid))
    childrenMb.push((await Promise.all(children)).reduce((sum, mb) => sum + mb, 0))
    seen = (await agent.status()).cameras[0]?.looks[0]?.seen ?? 0
    if (seen < told + frames / 10) continue
    told = seen
    say(
      `${seen} frames: agent ${Math.round(agentMb.at(-1) ?? 0)} MB, children ${Math.round(childrenMb.at(-1) ?? 0)} MB`,
    )
  }
  const growth = { agent: rounded(growthOf(agentMb)), children: rounded(growthOf(childrenMb)) }
  const worst = Math.max(growth.agent, growth.children)
  return {
    value: Math.round(median(agentMb)),
    yardstick: Math.round(median(childrenMb)),
    ratio: worst,
    mark: GROWTH,
    ok: worst <= GROWTH,
    frames: seen,
    growth,
    agentMb: { median: Math.round(median(agentMb)), most: Math.round(Math.max(...agentMb)) },
    childrenMb: { median: Math.round(median(childrenMb)), most: Math.round(Math.max(...childrenMb)) },
  }
}
