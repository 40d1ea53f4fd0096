import { defineComponent, ref, shallowRef } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { Refused } from '../frame/refused.tsx'
import { LanguageSwitch, ThemeSwitch } from '../frame/top-bar.tsx'
import { typed } from '../frame/typed.ts'
import { t } from '../language.ts'
import { asRefusal } from '../load.ts'
import { person } from '../session.ts'
import '../style/login.css'

export const LoginPage = defineComponent(() => {
  const name = ref('admin')
  const password = ref('')
  const busy = ref(false)
  const refusal = shallowRef<Refusal>()

  async function logIn(event: Event) {
    event.preventDefault()
    busy.value = true
    try {
      person.value = await tell<{ name: string }>('/login', { name: name.value, password: password.value })
    } catch (error) {
      refusal.value = asRefusal(error)
    }
    busy.value = false
  }

  return () => (
    <div class="login-page">
      <div class="login-tools">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <main class="login-card">
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1>{t('product')}</h1>
        <p class="muted">{t('productLine')}</p>
        <form onSubmit={(event: Event) => void logIn(event)}>
          <label class="field">
            {t('name')}
            <input
              name="name"
              required
              autocomplete="username"
              autocapitalize="none"
              value={name.value}
              onInput={(event: Event) => (name.value = typed(event))}
            />
          </label>
          <label class="field">
            {t('password')}
            <input
              name="password"
              type="password"
              required
              autofocus
              autocomplete="current-password"
              value={password.value}
              onInput={(event: Event) => (password.value = typed(event))}
            />
          </label>
          <Refused refusal={refusal.value} />
          <button class="button primary" disabled={busy.value}>
            {t(busy.value ? 'loggingIn' : 'login')}
          </button>
        </form>
        <p class="muted small">{t('firstLogin')}</p>
      </main>
    </div>
  )
})
