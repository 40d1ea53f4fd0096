import type { FunctionalComponent } from 'vue'
import type { Refusal } from '../ask.ts'
import { showDuration } from './duration-text.ts'

interface FieldFaultProps {
  readonly refusal: Refusal | undefined
  readonly field: string
}

const DURATION = /\bP(?:\d+D)?(?:T[\d.HMS]+)?\b/g

export function isRefused({ refusal, field }: FieldFaultProps): boolean {
  return refusal?.problem.field === field
}

/** What the platform has against a field, where it stands: without its name there, and durations as people say them. */
export const FieldFault: FunctionalComponent<FieldFaultProps> = ({ refusal, field }) =>
  refusal && isRefused({ refusal, field }) ? (
    <p class="refusal" role="alert">
      {refusal.problem.title.replace(field, '').replace(DURATION, showDuration).trim()}
    </p>
  ) : null
FieldFault.props = ['refusal', 'field']
