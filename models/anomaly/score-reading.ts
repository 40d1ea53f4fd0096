import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'

/** What the score of a device is called among its properties. */
export const SCORE = 'anomaly'

export function scoreTable(device: string): PointTable {
  return { points: [{ device, property: SCORE, type: 'float', decimals: 3 }] }
}

/** Null: too little is known, which is said by the quality and never by a number. */
export function scoreReading(at: number, score: number | null): Reading {
  if (score === null) return { slot: 0, at, quality: 'uncertain', value: null }
  return { slot: 0, at, quality: 'good', value: Math.round(score * 1_000) / 1_000 }
}
