import { writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { scoreOf, targetModel } from '@ganzhi/models/cli/target-model'
import type { DetectorCard } from '@ganzhi/models/detector'
import type { ModelOrder } from '../../vision/detectors/messages.ts'

export interface MeasuredModel {
  readonly order: ModelOrder
  readonly card: DetectorCard
  /** Of boxes that count. */
  readonly score: number
}

/** A package, signed or not, or a file that tells enough of itself; its card is written into `dir`. */
export async function measuredModel(
  path: string,
  cardFile: string | undefined,
  dir: string,
): Promise<MeasuredModel> {
  const { weights: found, card } = await targetModel(path, cardFile)
  const weights = typeof found === 'string' ? found : join(path, found.name)
  const named = {
    id: 'measured/model',
    version: 1,
    licence: 'LicenseRef-unknown',
    weights: basename(weights),
    ...card,
  }
  const file = join(dir, 'card.yaml')
  // YAML takes JSON as it is.
  await writeFile(file, JSON.stringify(named))
  return { order: { kind: 'weights', path: resolve(weights), card: file }, card, score: scoreOf(card) }
}
