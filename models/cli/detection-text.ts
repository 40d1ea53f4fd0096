import type { Detection } from '../detection.ts'
import { errorDocument, type GanzhiError } from '@ganzhi/contracts/error'
import { textTable } from './text-table.ts'

/** What was seen in one picture, or why it could not be looked at. */
export interface Looked {
  readonly file: string
  /** Unknown where it could not be read. */
  readonly size?: { readonly width: number; readonly height: number }
  readonly detections: readonly Detection[]
  readonly error?: GanzhiError
}

export function detectionsDocument(images: readonly Looked[]): Readonly<Record<string, unknown>> {
  return {
    images: images.map(({ file, detections, error }) => ({
      file,
      detections: detections.map(({ label, score, box }) => ({
        label,
        score: rounded(score, 1_000),
        box: box.map((side) => rounded(side, 10)),
      })),
      ...(error && { error: errorDocument(error) }),
    })),
  }
}

function rounded(number: number, parts: number): number {
  return Math.round(number * parts) / parts
}

export function detectionsText(images: readonly Looked[]): string {
  return images
    .map(({ file, detections, error }) => {
      if (error) return `${error.message}\n  ${error.remedy ?? ''}`
      if (detections.length === 0) return `${file}: 什么也没有 nothing`
      const counts = Object.entries(Object.groupBy(detections, ({ label }) => label))
      const rows = detections.map(({ label, score, box }) => [
        `  ${label}`,
        score.toFixed(3),
        ...box.map((side) => side.toFixed(0)),
      ])
      return [
        `${file}: ${counts.map(([label, found]) => `${found?.length ?? 0} ${label}`).join(', ')}`,
        textTable(['  类别 label', '分数 score', 'x1', 'y1', 'x2', 'y2'], rows),
      ].join('\n')
    })
    .join('\n\n')
}
