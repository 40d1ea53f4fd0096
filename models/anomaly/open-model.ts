import { GanzhiError } from '@ganzhi/contracts/error'
import { readPublicKeys } from '../package/key-file.ts'
import { loadPackage } from '../package/load-package.ts'
import { packageOf } from '../package/package-kind.ts'
import type { AnomalyCard } from './anomaly-card.ts'
import type { ModelThread } from './model-thread.ts'
import type { Restorer } from './restorer.ts'
import { SCORE } from './score-reading.ts'

export interface OpenModel {
  readonly card: AnomalyCard
  /** Of the package. */
  readonly digest: string
  readonly restorer: Restorer
}

export interface ModelOrder {
  readonly device: string
  /** A folder. */
  readonly dir: string
  /** PEM files of whose signature counts. */
  readonly trustedKeys: readonly string[]
}

/** What somebody trusted signed for this very device; anything else is refused with the reason. */
export async function openModel(
  { device, dir, trustedKeys }: ModelOrder,
  thread: ModelThread,
): Promise<OpenModel> {
  const loaded = await loadPackage(dir, { trustedKeys: await readPublicKeys(trustedKeys) })
  const { card, digest, weights } = packageOf('anomaly', loaded)
  if (card.device !== device) {
    throw refusedFor(device, 'model-of-other-device', `模型属于 the model is of ${card.device}`)
  }
  // What it says would be what it hears.
  if (card.properties.some(({ id }) => id === SCORE)) {
    throw refusedFor(device, 'model-of-scores', `模型用到分数本身 the model looks at ${SCORE} itself`)
  }
  return { card, digest, restorer: await thread.open(weights, card) }
}

function refusedFor(device: string, code: string, message: string): GanzhiError {
  return new GanzhiError(message, {
    code,
    blame: 'caller',
    field: 'package',
    remedy: `为 ${device} 训练一个。 Train one for ${device}: ganzhi model train-anomaly`,
  })
}
