import { defineComponent, onMounted, ref, shallowRef } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { problemText, t } from '../language.ts'
import { asRefusal } from '../load.ts'

export const PasswordDialog = defineComponent(
  (props: { onClose: () => void }) => {
    const dialog = ref<HTMLDialogElement>()
    const current = ref('')
    const next = ref('')
    const refusal = shallowRef<Refusal>()
    const done = ref(false)
    onMounted(() => dialog.value?.showModal())

    async function save(event: Event) {
      event.preventDefault()
      try {
        await tell('/me/password', { current: current.value, next: next.value })
        done.value = true
        refusal.value = undefined
      } catch (error) {
        refusal.value = asRefusal(error)
      }
    }

    const field = (label: string, model: typeof current, autocomplete: string, minlength: number) => (
      <label class="field">
        {label}
        <input
          type="password"
          required
          autocomplete={autocomplete}
          minlength={minlength}
          value={model.value}
          onInput={(event: Event) => (model.value = (event.target as HTMLInputElement).value)}
        />
      </label>
    )

    return () => (
      <dialog ref={dialog} class="dialog" onClose={props.onClose}>
        <form onSubmit={(event: Event) => void save(event)}>
          <h2>{t('changePassword')}</h2>
          {done.value ? (
            <p role="status">{t('passwordChanged')}</p>
          ) : (
            <>
              {field(t('currentPassword'), current, 'current-password', 1)}
              {field(t('newPassword'), next, 'new-password', 10)}
            </>
          )}
          {refusal.value && (
            <p class="refusal" role="alert">
              {problemText(refusal.value.problem)}
            </p>
          )}
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={props.onClose}>
              {t(done.value ? 'back' : 'cancel')}
            </button>
            {!done.value && <button class="button primary">{t('save')}</button>}
          </div>
        </form>
      </dialog>
    )
  },
  { props: ['onClose'] },
)
