import { availableParallelism } from 'node:os'
import { type Detector, openDetector } from '../detector.ts'
import type { TargetModel } from './target-model.ts'

/** Alone on this machine for as long as a command runs: on all cores. */
export function openModel({ weights, card }: TargetModel): Promise<Detector> {
  return openDetector({ weights, card, threads: availableParallelism() })
}

/** Whether it loads and runs as its card says. */
export async function tryModel(model: TargetModel): Promise<void> {
  await using _ = await openModel(model)
}
