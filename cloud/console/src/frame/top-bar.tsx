import { defineComponent, ref } from 'vue'
import { tell } from '../ask.ts'
import { language, t } from '../language.ts'
import { go, PAGES, place } from '../place.ts'
import { person } from '../session.ts'
import { switchTheme, theme } from '../theme.ts'
import { HealthStrip } from './health-strip.tsx'
import { Icon } from './icon.tsx'
import { PasswordDialog } from './password-dialog.tsx'

export const TopBar = defineComponent(() => {
  const changing = ref(false)

  async function logOut() {
    await tell('/logout').catch(() => undefined)
    person.value = null
  }

  return () => (
    <header class="top-bar">
      <div class="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <strong>{t('product')}</strong>
        <span class="brand-line">{t('productLine')}</span>
      </div>
      <nav class="segments pages" aria-label={t('pages')}>
        {PAGES.map((page) => (
          <button
            key={page}
            type="button"
            class={place.page === page && 'on'}
            aria-current={place.page === page ? 'page' : undefined}
            onClick={() => go({ page })}
          >
            {t(`page.${page}`)}
          </button>
        ))}
      </nav>
      <HealthStrip />
      <nav class="tools">
        <LanguageSwitch />
        <ThemeSwitch />
        <details class="menu">
          <summary class="tool" aria-label={person.value?.name}>
            <Icon name="person" />
          </summary>
          <div class="menu-sheet">
            <p class="menu-title">{person.value?.name}</p>
            <button type="button" onClick={() => (changing.value = true)}>
              {t('changePassword')}
            </button>
            <button type="button" onClick={() => void logOut()}>
              {t('logout')}
            </button>
          </div>
        </details>
      </nav>
      {changing.value && <PasswordDialog onClose={() => (changing.value = false)} />}
    </header>
  )
})

export const LanguageSwitch = () => (
  <button
    type="button"
    class="tool text"
    lang={language.value === 'zh' ? 'en' : 'zh-CN'}
    title={t('languageHint')}
    onClick={() => (language.value = language.value === 'zh' ? 'en' : 'zh')}
  >
    {t('language')}
  </button>
)

export const ThemeSwitch = () => (
  <button type="button" class="tool" aria-label={t('theme')} title={t('theme')} onClick={switchTheme}>
    <Icon name={theme.value === 'dark' ? 'sun' : 'moon'} />
  </button>
)
