import { availableParallelism } from 'node:os'
import { type Detector, openDetector } from '../detector.ts'
import type { TargetModel } from './target-model.ts'

/** A command has the machine for itself. */
export const ALL_THREADS = availableParallelism()

export function openModel({ weights, card }: TargetModel): Promise<Detector> {
  return openDetector({ weights, card, threads: ALL_THREADS })
}
