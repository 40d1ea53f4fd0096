import { createPublicKey } from 'node:crypto'
import type { ModelCard } from '@ganzhi/models/card'
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

async function verified(model: ModelOrder): Promise<{ card: ModelCard; weights: string; digest?: string }> {
  if (model.kind === 'weights') return { weights: model.path, card: model.card }
  return loadPackage(model.dir, { trustedKeys: model.trustedKeys.map((key) => createPublicKey(key)) })
}
