import type { Standing } from '@ganzhi/contracts/indicator-view'
import type { FunctionalComponent } from 'vue'
import { t } from '../language.ts'

/** How a value stands, told by colour and word; nothing of one that has no thresholds. */
export const StandingTag: FunctionalComponent<{ of: Standing }> = ({ of }) =>
  of && <span class={['severity standing', `is-${of}`]}>{t(`standing.${of}`)}</span>
StandingTag.props = ['of']
