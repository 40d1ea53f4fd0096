import { defineComponent, onMounted, onScopeDispose } from 'vue'
import { Empty } from '../frame/notice.tsx'
import { Page } from '../frame/page.tsx'
import { t } from '../language.ts'
import { place } from '../place.ts'
import { DeviceList } from './device-list.tsx'
import { DevicePanel } from './device-panel.tsx'
import { GatewayList } from './gateway-list.tsx'

export const LivePage = defineComponent(() => {
  function onKeydown(event: KeyboardEvent) {
    const typing = event.target instanceof HTMLInputElement
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    document.querySelector<HTMLInputElement>('.side input')?.focus()
  }
  onMounted(() => addEventListener('keydown', onKeydown))
  onScopeDispose(() => removeEventListener('keydown', onKeydown))

  return () => (
    <Page chosen={place.device !== undefined}>
      {{
        side: () => [<GatewayList />, <DeviceList />],
        content: () =>
          place.device ? (
            <DevicePanel key={`${place.device.gateway}/${place.device.device}`} {...place.device} />
          ) : (
            <Empty icon="device" title={t('chooseDevice')} hint={t('chooseDeviceHint')} />
          ),
      }}
    </Page>
  )
})
