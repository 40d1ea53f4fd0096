import type { Rule } from '@ganzhi/contracts/rule'
import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import type { FunctionalComponent } from 'vue'
import { AREA_LEVELS } from '../area-text.ts'
import { typed } from '../frame/typed.ts'
import { t } from '../language.ts'

const FATES = ['keep', 'migrate', 'close'] as const satisfies readonly AlarmsAtChange[]

/** Another version takes open alarms over, unless they are of areas. */
export function takesOver({ each }: Pick<Rule, 'each'>): boolean {
  return !AREA_LEVELS.some((level) => level === each)
}

interface FateChoiceProps {
  readonly fate: AlarmsAtChange
  readonly mayMigrate: boolean
  readonly onChoose: (fate: AlarmsAtChange) => void
}

/** What becomes of alarms that are open. */
export const FateChoice: FunctionalComponent<FateChoiceProps> = ({ fate, mayMigrate, onChoose }) => (
  <select
    class="choice"
    aria-label={t('openAlarmsThen')}
    value={fate}
    onChange={(event: Event) => onChoose(typed(event) as AlarmsAtChange)}
  >
    {FATES.filter((each) => mayMigrate || each !== 'migrate').map((each) => (
      <option key={each} value={each}>
        {t(`fate.${each}`)}
      </option>
    ))}
  </select>
)
FateChoice.props = ['fate', 'mayMigrate', 'onChoose']
