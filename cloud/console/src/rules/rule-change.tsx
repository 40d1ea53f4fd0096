import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import { defineComponent, onMounted, ref, shallowRef } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { problemText, t } from '../language.ts'
import { asRefusal } from '../load.ts'
import { FateChoice } from './fate-choice.tsx'

interface RuleChangeProps {
  readonly title: string
  readonly action: string
  readonly openAlarms: number
  readonly path: string
  readonly body: object
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Asks before another version counts, or none, and what is to become of open alarms. */
export const RuleChange = defineComponent(
  (props: RuleChangeProps) => {
    const dialog = ref<HTMLDialogElement>()
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
    onMounted(() => dialog.value?.showModal())

    return () => (
      <dialog ref={dialog} class="dialog" onClose={props.onClose}>
        <form
          onSubmit={(event: Event) => {
            event.preventDefault()
            void change()
          }}
        >
          <h2>{props.title}</h2>
          {props.openAlarms > 0 && (
            <label class="field">
              {t('fateHint', { n: props.openAlarms })}
              <FateChoice fate={fate.value} onChoose={(chosen) => (fate.value = chosen)} />
            </label>
          )}
          {refusal.value && (
            <p class="refusal" role="alert">
              {problemText(refusal.value.problem)}
            </p>
          )}
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={props.onClose}>
              {t('cancel')}
            </button>
            <button class="button primary">{props.action}</button>
          </div>
        </form>
      </dialog>
    )
  },
  { props: ['title', 'action', 'openAlarms', 'path', 'body', 'onDone', 'onClose'] },
)
