import type { FunctionalComponent, VNodeChild } from 'vue'
import { t } from '../language.ts'
import { Icon } from './icon.tsx'

/** What a panel is about. On a phone it leads back to the list. */
export const PanelHead: FunctionalComponent<{
  back: () => void
  title: VNodeChild
  line?: string
  end?: VNodeChild
}> = ({ back, title, line, end }) => (
  <header class="device-head">
    <button type="button" class="tool to-list" aria-label={t('back')} onClick={back}>
      <Icon name="back" />
    </button>
    <div>
      <h1>{title}</h1>
      {line !== undefined && <p class="muted">{line}</p>}
    </div>
    {end}
  </header>
)
PanelHead.props = ['back', 'title', 'line', 'end']
