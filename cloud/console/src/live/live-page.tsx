import { defineComponent, onMounted, onScopeDispose, ref } from 'vue'
import { Empty } from '../frame/notice.tsx'
import { TopBar } from '../frame/top-bar.tsx'
import { t } from '../language.ts'
import { place } from '../place.ts'
import { DeviceList } from './device-list.tsx'
import { DevicePanel } from './device-panel.tsx'
import { GatewayList } from './gateway-list.tsx'

export const LivePage = defineComponent(() => {
  const search = ref<HTMLElement>()

  function onKeydown(event: KeyboardEvent) {
    const typing = event.target instanceof HTMLInputElement
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    search.value?.querySelector('input')?.focus()
  }
  onMounted(() => addEventListener('keydown', onKeydown))
  onScopeDispose(() => removeEventListener('keydown', onKeydown))

  return () => (
    <div class={['page', place.device && 'shows-device']}>
      <a class="skip" href="#content" onClick={skip}>
        {t('skipToContent')}
      </a>
      <TopBar />
      <aside class="side" ref={search}>
        <GatewayList />
        <DeviceList />
      </aside>
      <main id="content" class="content" tabindex="-1">
        {place.device ? (
          <DevicePanel key={`${place.device.gateway}/${place.device.device}`} {...place.device} />
        ) : (
          <Empty icon="device" title={t('chooseDevice')} hint={t('chooseDeviceHint')} />
        )}
      </main>
    </div>
  )
})

/** The address holds where one is, so the link must not change it. */
function skip(event: Event) {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
