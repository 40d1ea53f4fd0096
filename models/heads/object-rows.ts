import type { Box } from '../detection.ts'
import { bestOf, type Candidate } from './head.ts'
import type { Table } from './table.ts'

/** Rows of a box, objectness and a score a class; `boxOf` is told where the row begins, and which it is. */
export function objectRows(
  { data, rows, columns }: Table,
  floor: number,
  boxOf: (data: Float32Array, start: number, row: number) => Box,
): Candidate[] {
  const found: Candidate[] = []
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    // A score is no higher than its objectness allows.
    const objectness = data[start + 4] as number
    if (!(objectness >= floor)) continue
    const label = bestOf(data, start + 5, columns - 5)
    const score = objectness * (data[start + 5 + label] as number)
    if (score >= floor) found.push({ box: boxOf(data, start, row), score, label })
  }
  return found
}
