import type { FunctionalComponent } from 'vue'
import { t } from '../language.ts'
import { Icon } from './icon.tsx'

/** One more of what is labelled. */
export const AddButton: FunctionalComponent<{ label: string; onClick: () => void }> = ({
  label,
  onClick,
}) => (
  <button type="button" class="tool text add" aria-label={`${t('add')} ${label}`} onClick={onClick}>
    <Icon name="plus" />
    {t('add')}
  </button>
)
AddButton.props = ['label', 'onClick']

export const RemoveButton: FunctionalComponent<{ label: string; onClick: () => void }> = ({
  label,
  onClick,
}) => (
  <button type="button" class="tool" aria-label={`${t('remove')} ${label}`} onClick={onClick}>
    <Icon name="close" />
  </button>
)
RemoveButton.props = ['label', 'onClick']
