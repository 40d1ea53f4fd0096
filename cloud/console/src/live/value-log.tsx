import type { PointView, RangeView } from '@ganzhi/contracts/api-views'
import type { FunctionalComponent } from 'vue'
import { t } from '../language.ts'
import { showTime, showValue } from '../show.ts'

const MOST_LINES = 200

/** What can't be drawn as a curve: its values, newest first. */
export const ValueLog: FunctionalComponent<{
  point: PointView
  samples: Pick<RangeView, 'at' | 'value' | 'quality'> | undefined
}> = ({ point, samples }) => (
  <ol class="value-log">
    {samples?.at
      .map((at, i) => (
        <li key={`${at} ${i}`}>
          <time class="muted">{showTime(at)}</time>
          <span class="log-value">{showValue(samples.value[i], point)}</span>
          <span class={['quality', samples.quality[i]]}>{t(samples.quality[i] ?? 'good')}</span>
        </li>
      ))
      .slice(-MOST_LINES)
      .reverse()}
  </ol>
)
ValueLog.props = ['point', 'samples']
