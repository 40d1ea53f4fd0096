import { isGanzhiError } from '@ganzhi/contracts/error'
import { admit } from '../admission.ts'
import type { ModelCard } from '../card.ts'
import { readOnnxFile } from '../onnx-file.ts'
import { pictureInputOf } from '../picture-input.ts'
import { CARD } from './card-file.ts'
import { refusal } from './refusal.ts'

/**
 * Refuses a card that its weights contradict, as far as the file itself tells: nothing is run here. What only a run shows,
 * `openDetector` proves, in a process of its own on a gateway.
 */
export function refuseMismatch(card: ModelCard, weights: Uint8Array): void {
  if (!card.weights.endsWith('.onnx')) return
  const { width, height } = takenSize(card, weights)
  const [cardWidth, cardHeight] = card.input.size
  if ((width ?? cardWidth) === cardWidth && (height ?? cardHeight) === cardHeight) return
  throw refusal(
    'package-mismatch',
    `${cardWidth}×${cardHeight}; 权重要 the weights take ${width}×${height}`,
    {
      file: CARD,
      field: 'input.size',
      remedy: '按 ganzhi model inspect 改正模型卡。 Correct the card by ganzhi model inspect.',
    },
  )
}

function takenSize(card: ModelCard, weights: Uint8Array) {
  try {
    const file = readOnnxFile(weights)
    admit(file)
    return pictureInputOf(file.inputs)
  } catch (cause) {
    if (!isGanzhiError(cause)) throw cause
    throw refusal('package-unloadable', cause.message, {
      file: card.weights,
      remedy: `请重新导出。 ${cause.remedy ?? 'Export it again.'}`,
      cause,
    })
  }
}
