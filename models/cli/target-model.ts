import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { check } from '@ganzhi/contracts/schema'
import { readFile, stat } from 'node:fs/promises'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { ModelCard, ModelInput } from '../card.ts'
import type { DetectorCard } from '../detector.ts'
import { cardOf, inspectModel } from '../inspect/inspect-model.ts'
import { packageOf } from '../package/package-kind.ts'
import { readPackage } from '../package/read-package.ts'
import type { WeightFiles } from '../weight-files.ts'
import { badUse } from './command.ts'

export interface TargetModel {
  /** Its path; of a package, what was judged. */
  readonly weights: string | WeightFiles
  readonly card: DetectorCard & Pick<ModelCard, 'sceneLabels'>
  /** Where it is one. */
  readonly package?: { readonly dir: string; readonly weightsDigest: string }
}

/** A package by its card; a single file by what it tells of itself and, before that, by the card given beside it. */
export async function targetModel(path: string, cardFile: string | undefined): Promise<TargetModel> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw badUse(`${path}: 没有这个文件 there is no such file`)
  if (found.isDirectory()) {
    if (cardFile !== undefined)
      throw badUse('--card 只用于单个权重文件 is for a single file: a package has its own')
    const { card, weights, weightsDigest } = packageOf('detector', await readPackage(path))
    return { weights, card, package: { dir: path, weightsDigest } }
  }
  const { thresholds, sceneLabels, ...told } = cardFile === undefined ? {} : await readCardPart(cardFile)
  const inspection = await inspectModel(path, told)
  return {
    weights: path,
    card: {
      ...cardOf(inspection),
      ...(thresholds && { thresholds }),
      ...(sceneLabels && { sceneLabels }),
    },
  }
}

/** As much of a card as the file leaves open; a whole one will do. */
const CardPart = Type.Object(
  { ...Type.Partial(ModelCard).properties, input: Type.Optional(Type.Partial(ModelInput)) },
  { additionalProperties: false },
)

async function readCardPart(file: string): Promise<Static<typeof CardPart>> {
  try {
    return check(CardPart, parse(await readFile(file, 'utf8')), file)
  } catch (cause) {
    throw new GanzhiError(cause instanceof Error ? cause.message : String(cause), {
      code: 'bad-card',
      blame: 'caller',
      field: isGanzhiError(cause) ? (cause.field ?? file) : file,
      remedy: '写法与例子 How to write one: docs/models.md',
      cause,
    })
  }
}

/** What `thresholds.score` says, else as in `--score 0.25`. */
export function scoreOf({ thresholds }: TargetModel['card']): number {
  return thresholds?.score ?? 0.25
}
