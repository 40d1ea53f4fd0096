import type { ModelCard } from '@ganzhi/models/card'

export function fakeCard(more: Partial<ModelCard> = {}): ModelCard {
  return {
    id: 'test/fake',
    version: 1,
    weights: 'model.onnx',
    head: 'yolox',
    input: { size: [32, 32], color: 'bgr', scale: 1, fit: 'pad-right-bottom' },
    labels: ['person'],
    licence: 'Apache-2.0',
    ...more,
  }
}
