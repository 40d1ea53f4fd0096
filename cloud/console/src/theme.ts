import { ref, watchEffect } from 'vue'

type Theme = 'light' | 'dark'

const KEPT = 'ganzhi.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const system = (): Theme => (dark.matches ? 'dark' : 'light')
const chosen = localStorage.getItem(KEPT)

/** Follows the system until somebody chooses. */
export const theme = ref<Theme>(chosen === 'light' || chosen === 'dark' ? chosen : system())

dark.addEventListener('change', () => {
  if (localStorage.getItem(KEPT) === null) theme.value = system()
})

watchEffect(() => {
  document.documentElement.dataset['theme'] = theme.value
})

export function switchTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark'
  localStorage.setItem(KEPT, theme.value)
}
