import { defineComponent, ref, shallowRef } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { t } from '../language.ts'
import { asRefusal } from '../load.ts'
import { FormDialog } from './form-dialog.tsx'
import { typed } from './typed.ts'

export const PasswordDialog = defineComponent(
  (props: { onClose: () => void }) => {
    const current = ref('')
    const next = ref('')
    const refusal = shallowRef<Refusal>()
    const done = ref(false)

    async function save() {
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
          onInput={(event: Event) => (model.value = typed(event))}
        />
      </label>
    )

    return () => (
      <FormDialog
        title={t('changePassword')}
        action={done.value ? undefined : t('save')}
        refusal={refusal.value}
        onSubmit={() => void save()}
        onClose={props.onClose}
      >
        {done.value ? (
          <p role="status">{t('passwordChanged')}</p>
        ) : (
          <>
            {field(t('currentPassword'), current, 'current-password', 1)}
            {field(t('newPassword'), next, 'new-password', 10)}
          </>
        )}
      </FormDialog>
    )
  },
  { props: ['onClose'] },
)
