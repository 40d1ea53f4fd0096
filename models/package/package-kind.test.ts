import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { graphModelFiles } from '../anomaly/graph-model.ts'
import { freshNetwork } from '../anomaly/network.ts'
import { seededRandom } from '../anomaly/random.ts'
import { parseCard } from './card-file.ts'
import { digestOfWeights } from './contents.ts'
import { makeKeyPair } from './keys.ts'
import { loadPackage } from './load-package.ts'
import { pack, sign } from './pack.ts'
import { packageOf } from './package-kind.ts'
import { prove } from './prove.ts'
import { readPackage } from './read-package.ts'
import { TINY_CARD, TINY_WEIGHTS } from './tiny-detector.ts'

const WINDOW = 8
const ANOMALY_CARD = `
kind: anomaly
id: my-city/pump-1
version: 1
weights: model.json
device: pump-1
properties: [{ id: flow, centre: 20, spread: 5, limits: { jump: 0.4, now: 0.3, lately: 0.2 } }]
stepSeconds: 900
window: ${WINDOW}
holdSeconds: 1800
alarm: 0.66
licence: CC-BY-4.0
`
const weights = (seed: number) => graphModelFiles(freshNetwork(2 * WINDOW + 4, WINDOW, seededRandom(seed)))

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'package-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))
const put = (name: string, content: string | Uint8Array) => writeFile(join(dir, name), content)

async function anomalyPackage(card = ANOMALY_CARD, seed = 1): Promise<void> {
  await put('card.yaml', card)
  await put('model.json', weights(seed).json)
  await put('weights.bin', weights(seed).shard)
}

async function detectorPackage(): Promise<void> {
  await put('card.yaml', TINY_CARD)
  await put('best.onnx', TINY_WEIGHTS)
}

test('an anomaly model is packed, signed and loaded as a detector is', async () => {
  const pair = makeKeyPair()
  await anomalyPackage()
  await prove(await readPackage(dir), { threads: 1 })
  await pack(dir)
  await sign(dir, createPrivateKey(pair.privateKey))
  const model = await loadPackage(dir, { trustedKeys: [createPublicKey(pair.publicKey)] })
  expect(packageOf('anomaly', model)).toMatchObject({
    card: { device: 'pump-1', window: WINDOW },
    weights: { name: 'model.json' },
    signedBy: pair.id,
  })
})

describe('what is of the other kind is refused, with the reason', () => {
  const refusal = (message: RegExp) =>
    expect.objectContaining({
      code: 'package-other-kind',
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(/[\u4e00-\u9fff]/) as string,
    })

  test('an anomaly model in the place of a detector', async () => {
    await anomalyPackage()
    const model = await readPackage(dir)
    expect(() => packageOf('detector', model)).toThrow(refusal(/an anomaly .* wanted here: .*a detector/))
    expect(() => parseCard(ANOMALY_CARD)).toThrow(refusal(/a detector/))
  })

  test('a detector in the place of an anomaly model', async () => {
    await detectorPackage()
    const model = await readPackage(dir)
    expect(() => packageOf('anomaly', model)).toThrow(refusal(/a detector.* wanted here: .*an anomaly/))
  })
})

describe('an anomaly model is refused', () => {
  test.each([
    ['without the device that it knows', ANOMALY_CARD.replace('device: pump-1\n', ''), 'card.yaml'],
    ['with a field of a detector', `${ANOMALY_CARD}head: yolov8\n`, 'head'],
    ['without limits', ANOMALY_CARD.replace('now: 0.3, ', ''), 'limits'],
    ['with an ONNX file, which it is never', ANOMALY_CARD.replace('model.json', 'best.onnx'), 'weights'],
  ])('%s', async (_, card, field) => {
    await anomalyPackage(card)
    await expect(pack(dir)).rejects.toMatchObject({
      code: 'package-bad-card',
      field: expect.stringContaining(field) as string,
    })
  })

  test('when it takes other windows than its card says', async () => {
    await anomalyPackage(ANOMALY_CARD.replace(`window: ${WINDOW}`, 'window: 12'))
    await expect(prove(await readPackage(dir), { threads: 1 })).rejects.toMatchObject({
      code: 'package-unloadable',
    })
  })

  test('with an evaluation of other weights, also where only its shard is another', async () => {
    const of = (seed: number) => digestOfWeights([Buffer.from(weights(seed).json), weights(seed).shard])
    const evaluation = {
      from: '',
      to: '',
      windows: 1,
      falseAlarmsPerDay: 0,
      precision: 1,
      recall: 1,
      planted: [],
    }
    await anomalyPackage()
    await put('evaluation.json', JSON.stringify({ ...evaluation, weights: of(2) }))
    await expect(pack(dir)).rejects.toMatchObject({ code: 'package-mismatch' })
    await put('evaluation.json', JSON.stringify({ ...evaluation, weights: of(1) }))
    expect(await pack(dir)).toMatchObject({ evaluation: { recall: 1 } })
  })
})
