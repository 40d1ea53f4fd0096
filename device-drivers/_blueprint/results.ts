import { GanzhiError } from '@ganzhi/contracts/error'
import type { PointResult } from '../driver.ts'
import type { Message } from './codec.ts'

export function resultOf(answer: Message, readAt: number): PointResult {
  if (answer.kind === 'value') return { quality: 'good', value: answer.value, readAt }
  return { quality: 'bad-config', value: null, readAt, error: declined(answer) }
}

/** Every error says whose fault it is, which field, and what to do. */
export function declined(answer: Message): GanzhiError {
  const reason = answer.kind === 'refusal' ? answer.reason : `it answers with ${answer.kind}`
  return new GanzhiError(`the device refuses: ${reason}`, {
    code: 'declined',
    blame: 'caller',
    field: 'name',
    remedy: 'Compare the name with the list of the device.',
  })
}
