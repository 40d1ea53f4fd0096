import type { FunctionalComponent, VNodeChild } from 'vue'
import { t } from '../language.ts'
import { TopBar } from './top-bar.tsx'

interface Slots {
  side: () => VNodeChild
  content: () => VNodeChild
}

/** A list at the side and what is chosen of it beside that; on a phone one hides the other. */
export const Page: FunctionalComponent<{ chosen: boolean }, [], Slots> = ({ chosen }, { slots }) => (
  <div class={['page', chosen && 'shows-chosen']}>
    <a class="skip" href="#content" onClick={skip}>
      {t('skipToContent')}
    </a>
    <TopBar />
    <aside class="side">{slots.side()}</aside>
    <main id="content" class="content" tabindex="-1">
      {slots.content()}
    </main>
  </div>
)
Page.props = ['chosen']

/** The address holds where one is, so the link must not change it. */
function skip(event: Event) {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
