import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import { defineComponent, ref, shallowRef } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { FormDialog } from '../frame/form-dialog.tsx'
import { t } from '../language.ts'
import { asRefusal } from '../load.ts'
import { FateChoice } from './fate-choice.tsx'

interface RuleChangeProps {
  readonly title: string
  readonly action: string
  readonly openAlarms: number
  /** Another version counts then, and may take them over. */
  readonly mayMigrate: boolean
  readonly path: string
  readonly body: object
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Asks before another version counts, or none, and what is to become of open alarms. */
export const RuleChange = defineComponent(
  (props: RuleChangeProps) => {
    const fate = ref<AlarmsAtChange>('keep')
    const refusal = shallowRef<Refusal>()

    async function change() {
      try {
        await tell(props.path, { ...props.body, alarms: fate.value }, 'PUT')
        props.onDone()
        props.onClose()
      } catch (error) {
        refusal.value = asRefusal(error)
      }
    }

    return () => (
      <FormDialog
        title={props.title}
        action={props.action}
        refusal={refusal.value}
        onSubmit={() => void change()}
        onClose={props.onClose}
      >
        {props.openAlarms > 0 ? (
          <label class="field">
            {t('fateHint', { n: props.openAlarms })}
            <FateChoice
              fate={fate.value}
              mayMigrate={props.mayMigrate}
              onChoose={(chosen) => (fate.value = chosen)}
            />
          </label>
        ) : null}
      </FormDialog>
    )
  },
  { props: ['title', 'action', 'openAlarms', 'mayMigrate', 'path', 'body', 'onDone', 'onClose'] },
)
