import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDetector } from './detector.ts'
import { readDataset } from './evaluate/dataset.ts'
import { evaluate } from './evaluate/evaluate.ts'
import { cardOf, inspectModel } from './inspect/inspect-model.ts'
import { readPackage } from './package/read-package.ts'

const PACKAGE = fileURLToPath(new URL('street-small', import.meta.url))
const SIMULATOR = fileURLToPath(new URL('../simulators/bin/ganzhi-sim.mjs', import.meta.url))
/** Of the seeds that nothing is trained on. */
const SEED = 900_002

let streets: string
beforeAll(async () => {
  streets = await mkdtemp(join(tmpdir(), 'streets-'))
  const wanted = ['--pictures', '12', '--seed', String(SEED), '--size', '640x360', '--out', streets]
  await promisify(execFile)(process.execPath, [SIMULATOR, 'street', ...wanted])
})
afterAll(() => rm(streets, { recursive: true, force: true }))

async function reference() {
  const model = await readPackage(PACKAGE)
  if (model.kind !== 'detector') throw new Error(`${PACKAGE} is no detector`)
  return model
}

test('the reference model is known by inspection alone', async () => {
  const { weights, card } = await reference()
  const { head, input, labels } = card
  expect(cardOf(await inspectModel(weights))).toMatchObject({ head, input, labels })
})

test('the reference model finds people in streets that it has never seen, and little that is not there', async () => {
  const { weights, card } = await reference()
  await using detector = await openDetector({ weights, card, threads: 2 })
  const { perClass } = await evaluate(detector, await readDataset({ path: streets }), {
    card,
    score: card.thresholds?.score ?? 0.25,
    signal: AbortSignal.timeout(60_000),
    onPicture: () => {},
  })
  const people = perClass.find(({ label }) => label === 'person')
  expect(people?.truths).toBeGreaterThan(10)
  expect(people?.recall).toBeGreaterThan(0.5)
  expect(people?.precision).toBeGreaterThan(0.7)
})
