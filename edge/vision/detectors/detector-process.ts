import { readFile } from 'node:fs/promises'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { ModelCard } from '@ganzhi/models/card'
import { type DetectorOptions, openDetector } from '@ganzhi/models/detector'
import { parseCard } from '@ganzhi/models/package/card-file'
import { readPublicKeys } from '@ganzhi/models/package/key-file'
import { loadPackage } from '@ganzhi/models/package/load-package'
import { packageOf } from '@ganzhi/models/package/package-kind'
import { detectTiled } from '@ganzhi/models/tiles'
import type { ModelOrder } from './messages.ts'
import { serveDetector } from './serve-detector.ts'

// What a child process runs; see detector-child.ts.
serveDetector(async ({ model, threads }) => {
  const { card, weights, digest } = await verified(model)
  const { providers } = model
  const detector = await openDetector({ weights, card, threads, ...(providers && { providers }) })
  return {
    card,
    ...(digest !== undefined && { digest }),
    detect: (frame, { tiles, ...options }) =>
      tiles ? detectTiled(detector, frame, { ...tiles, ...options }) : detector.detect(frame, options),
  }
})

async function verified(
  model: ModelOrder,
): Promise<{ card: ModelCard; weights: DetectorOptions['weights']; digest?: string }> {
  if (model.kind === 'weights') {
    return { weights: model.path, card: await cardIn(model.card) }
  }
  const trustedKeys = await readPublicKeys(model.trustedKeys)
  return packageOf('detector', await loadPackage(model.dir, { trustedKeys }))
}

async function cardIn(file: string): Promise<ModelCard> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GanzhiError(`${file} 读不到 can not be read`, {
      code: 'model-unreadable',
      blame: 'outside',
      field: file,
      remedy: '检查路径与权限。 Check its path and that it may be read.',
      cause,
    })
  })
  return parseCard(text, file)
}
