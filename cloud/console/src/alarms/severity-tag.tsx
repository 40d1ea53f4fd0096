import type { AlarmState } from '@ganzhi/contracts/transition'
import type { FunctionalComponent } from 'vue'
import { t } from '../language.ts'

/** How grave it is, told by colour and word. */
export const SeverityTag: FunctionalComponent<{ of: AlarmState }> = ({ of }) => (
  <span class={['severity', of]}>{t(of === 'clear' ? 'cleared' : `severity.${of}`)}</span>
)
SeverityTag.props = ['of']
