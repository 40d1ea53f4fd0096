import { GanzhiError } from '@ganzhi/contracts/error'
import type { AnomalyCard } from '@ganzhi/models/anomaly/anomaly-card'
import { openRestorer, type Restorer } from '@ganzhi/models/anomaly/restorer'
import { readPublicKeys } from '@ganzhi/models/package/key-file'
import { loadPackage } from '@ganzhi/models/package/load-package'
import { packageOf } from '@ganzhi/models/package/package-kind'

export interface OpenModel {
  readonly card: AnomalyCard
  /** Of the package. */
  readonly digest: string
  readonly restorer: Restorer
}

/** What somebody trusted signed for this very device; anything else is refused with the reason. */
export async function openModel(
  device: string,
  dir: string,
  trustedKeys: readonly string[],
): Promise<OpenModel> {
  const loaded = await loadPackage(dir, { trustedKeys: await readPublicKeys(trustedKeys) })
  const { card, digest, weights } = packageOf('anomaly', loaded)
  if (card.device === device) return { card, digest, restorer: await openRestorer(weights, card) }
  throw new GanzhiError(`模型属于 the model is of ${card.device}`, {
    code: 'model-of-other-device',
    blame: 'caller',
    field: 'package',
    remedy: `为 ${device} 训练一个。 Train one for ${device}: ganzhi model train-anomaly`,
  })
}
