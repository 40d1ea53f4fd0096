import type { FunctionalComponent } from 'vue'
import type { Refusal } from '../ask.ts'
import { problemText, t } from '../language.ts'
import { Icon, type IconName } from './icon.tsx'

export const Loading: FunctionalComponent = () => (
  <div class="notice" role="status">
    <span class="spinner" />
    <span class="visually-hidden">{t('loading')}</span>
  </div>
)

/** Nothing is there, and that is no error: say why, and what would change it. */
export const Empty: FunctionalComponent<{ icon: IconName; title: string; hint?: string }> = ({
  icon,
  title,
  hint,
}) => (
  <div class="notice">
    <Icon name={icon} />
    <strong>{title}</strong>
    {hint && <p>{hint}</p>}
  </div>
)

export const Trouble: FunctionalComponent<{ refusal: Refusal; retry: () => void }> = ({ refusal, retry }) => {
  const offline = refusal.problem.code === 'offline'
  return (
    <div class="notice trouble" role="alert">
      <Icon name="alert" />
      <strong>{offline ? t('offline') : problemText(refusal.problem)}</strong>
      {offline && <p>{t('offlineHint')}</p>}
      <button class="button" type="button" onClick={retry}>
        {t('retry')}
      </button>
    </div>
  )
}
Trouble.props = ['refusal', 'retry']
Empty.props = ['icon', 'title', 'hint']
