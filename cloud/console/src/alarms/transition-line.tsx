import type { AlarmTransitionView } from '@ganzhi/contracts/alarm-view'
import type { FunctionalComponent, VNodeChild } from 'vue'
import { showTime } from '../show.ts'
import { showReading } from './alarm-text.ts'
import { rises } from './severities.ts'
import { SeverityTag } from './severity-tag.tsx'

interface TransitionLineProps {
  readonly of: Pick<AlarmTransitionView, 'at' | 'from' | 'to'> & Partial<Pick<AlarmTransitionView, 'reading'>>
  readonly hint?: string
  readonly revised?: boolean
  readonly marks?: VNodeChild
}

/** One step of an alarm: when it was, from what to what, and why. */
export const TransitionLine: FunctionalComponent<TransitionLineProps> = ({
  of: { at, from, to, reading },
  hint,
  revised = false,
  marks,
}) => (
  <li class={[rises(from, to) ? to : 'clear', revised && 'is-revised']}>
    <time class="muted" datetime={at} title={hint}>
      {showTime(at)}
    </time>
    <span class="transition-step">
      <SeverityTag of={from} />
      <span aria-hidden="true">→</span>
      <SeverityTag of={to} />
      {marks}
    </span>
    {reading && <p>{showReading(reading, at)}</p>}
  </li>
)
TransitionLine.props = ['of', 'hint', 'revised', 'marks']
