import { createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import { openDetector } from '@ganzhi/models/detector'
import { loadPackage } from '@ganzhi/models/package/load-package'
import { detectTiled } from '@ganzhi/models/tiles'
import type { ModelOrder } from './messages.ts'
import { serveDetector } from './serve-detector.ts'

// What a child process runs; see detector-child.ts.
serveDetector(async ({ model, threads, providers }) => {
  const { card, weights, digest } = await verified(model)
  const detector = await openDetector({ weights, card, threads, ...(providers && { providers }) })
  return {
    card,
    ...(digest !== undefined && { digest }),
    detect: (frame, { tiles, ...options }) =>
      tiles ? detectTiled(detector, frame, { ...tiles, ...options }) : detector.detect(frame, options),
  }
})

async function verified(model: ModelOrder) {
  if (model.kind === 'weights') return { weights: model.path, card: model.card }
  const trustedKeys = model.trustedKeys.map((key) => createPublicKey(key))
  const { card, digest } = await loadPackage(model.dir, { trustedKeys })
  return { weights: join(model.dir, card.weights), card, digest }
}
