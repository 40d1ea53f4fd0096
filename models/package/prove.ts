import { isGanzhiError } from '@ganzhi/contracts/error'
import { openRestorer } from '../anomaly/restorer.ts'
import { openDetector } from '../detector.ts'
import { CARD } from './card-file.ts'
import type { ModelPackage } from './read-package.ts'
import { refusal } from './refusal.ts'

/** Loads the weights and runs them once: refused when they don't run, or not as the card says. */
export async function prove(model: ModelPackage, { threads }: { readonly threads: number }): Promise<void> {
  try {
    await using _ = await (model.kind === 'detector'
      ? openDetector({ weights: model.weights, card: model.card, threads })
      : openRestorer(model.weights, model.card))
  } catch (cause) {
    if (!isGanzhiError(cause)) throw cause
    const { message, field } = cause
    const remedy = cause.remedy ?? ''
    if (cause.code === 'model-mismatch') {
      const facts = { file: CARD, field, remedy: `请改正模型卡。 ${remedy}`, cause }
      throw refusal('package-mismatch', message, facts)
    }
    throw refusal('package-unloadable', message, {
      file: model.card.weights,
      remedy: `请重新导出。 ${remedy}`,
      cause,
    })
  }
}
