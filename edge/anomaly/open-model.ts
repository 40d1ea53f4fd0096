import { readFile } from 'node:fs/promises'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { AnomalyCard } from '@ganzhi/models/anomaly/anomaly-card'
import { openRestorer, type Restorer } from '@ganzhi/models/anomaly/restorer'
import { publicKeysFrom } from '@ganzhi/models/package/keys'
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
  const keys = trustedKeys.map(async (file) => publicKeysFrom(await textOf(file), file))
  const loaded = await loadPackage(dir, { trustedKeys: (await Promise.all(keys)).flat() })
  const { card, digest, weights } = packageOf('anomaly', loaded)
  if (card.device === device) return { card, digest, restorer: await openRestorer(weights, card) }
  throw new GanzhiError(`模型属于 the model is of ${card.device}`, {
    code: 'model-of-other-device',
    blame: 'caller',
    field: 'package',
    remedy: `为 ${device} 训练一个。 Train one for ${device}: ganzhi model train-anomaly`,
  })
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GanzhiError(`${file} 读不到 can not be read`, {
      code: 'key-unreadable',
      blame: 'caller',
      field: 'trustedKeys',
      remedy: '检查路径与权限。 Check its path and that it may be read.',
      cause,
    })
  })
}
