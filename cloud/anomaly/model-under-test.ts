import { createPrivateKey } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnomalyCard } from '@ganzhi/models/anomaly/anomaly-card'
import { GRAPH_FILE, graphModelFiles, SHARD_FILE } from '@ganzhi/models/anomaly/graph-model'
import { freshNetwork } from '@ganzhi/models/anomaly/network'
import { seededRandom } from '@ganzhi/models/anomaly/random'
import { cellCount, inputLength } from '@ganzhi/models/anomaly/window'
import type { KeyPairText } from '@ganzhi/models/package/keys'
import { pack, sign } from '@ganzhi/models/package/pack'
import { filesRead, type ReadWeights } from '@ganzhi/models/weight-files'

export const MINUTE = 60_000

/** For tests: a model that looks at 8 minutes of the rig's meter, and was never trained. */
export const CARD: AnomalyCard = {
  kind: 'anomaly',
  id: 'my-city/meter-1',
  version: 3,
  weights: GRAPH_FILE,
  device: 'meter-1',
  properties: [{ id: 'power', centre: 20, spread: 5, limits: { jump: 4, now: 0.5, lately: 4, still: 8 } }],
  stepSeconds: 60,
  window: 8,
  holdSeconds: 180,
  alarm: 0.66,
  licence: 'CC-BY-4.0',
}

export function weightsUnderTest(): ReadWeights {
  const { json, shard } = graphModelFiles(freshNetwork(inputLength(CARD), cellCount(CARD), seededRandom(1)))
  const files = new Map([
    [GRAPH_FILE, Buffer.from(json)],
    [SHARD_FILE, shard],
  ])
  return filesRead(GRAPH_FILE, files)
}

/** Packed, and signed where there is a key. */
export async function packageUnderTest(dir: string, card: AnomalyCard, keys?: KeyPairText): Promise<string> {
  await mkdir(dir)
  // JSON is YAML.
  await writeFile(join(dir, 'card.yaml'), JSON.stringify(card))
  for (const [name, bytes] of weightsUnderTest().files) await writeFile(join(dir, name), bytes)
  await pack(dir)
  if (keys) await sign(dir, createPrivateKey(keys.privateKey))
  return dir
}
