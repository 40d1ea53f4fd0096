import { defineComponent, onMounted, ref } from 'vue'
import type { Refusal } from '../ask.ts'
import { t } from '../language.ts'
import { Refused } from './refused.tsx'

interface FormDialogProps {
  readonly title: string
  /** What is done by the form; nothing where it is done already. */
  readonly action: string | undefined
  readonly refusal: Refusal | undefined
  readonly onSubmit: () => void
  readonly onClose: () => void
}

/** Asks for what is in its slot before something is done. */
export const FormDialog = defineComponent(
  (props: FormDialogProps, { slots }) => {
    const dialog = ref<HTMLDialogElement>()
    onMounted(() => dialog.value?.showModal())

    function submit(event: Event) {
      event.preventDefault()
      props.onSubmit()
    }

    return () => (
      <dialog ref={dialog} class="dialog" aria-label={props.title} onClose={props.onClose}>
        <form onSubmit={submit}>
          <h2>{props.title}</h2>
          {slots['default']?.()}
          <Refused refusal={props.refusal} />
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={props.onClose}>
              {t(props.action === undefined ? 'back' : 'cancel')}
            </button>
            {props.action !== undefined && <button class="button primary">{props.action}</button>}
          </div>
        </form>
      </dialog>
    )
  },
  { props: ['title', 'action', 'refusal', 'onSubmit', 'onClose'] },
)
