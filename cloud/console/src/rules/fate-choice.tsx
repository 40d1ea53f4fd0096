import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import { typed } from '../frame/typed.ts'
import { t } from '../language.ts'

const FATES = ['keep', 'close'] as const satisfies readonly AlarmsAtChange[]

/** What becomes of alarms that are open. */
export const FateChoice = ({
  fate,
  onChoose,
}: {
  fate: AlarmsAtChange
  onChoose: (fate: AlarmsAtChange) => void
}) => (
  <select
    class="choice"
    aria-label={t('openAlarmsThen')}
    value={fate}
    onChange={(event: Event) => onChoose(typed(event) as AlarmsAtChange)}
  >
    {FATES.map((each) => (
      <option key={each} value={each}>
        {t(`fate.${each}`)}
      </option>
    ))}
  </select>
)
FateChoice.props = ['fate', 'onChoose']
