import type { DeviceView } from '@ganzhi/contracts/api-views'
import { type FunctionalComponent, defineComponent, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { unknownText } from '../alarms/alarm-text.ts'
import { ask } from '../ask.ts'
import { Icon } from '../frame/icon.tsx'
import { ListHead } from '../frame/list-head.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { typed } from '../frame/typed.ts'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import { type Page, usePaged } from '../paged.ts'
import { go, place } from '../place.ts'
import { hasRoomBeside } from '../room-beside.ts'
import { showAge, useNow } from '../show.ts'

const ROW_PX = 46
const TYPING_MS = 200
const REFRESH_MS = 5_000

export const DeviceList = defineComponent(() => {
  const words = ref('')
  const text = ref('')
  const now = useNow()
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(words, () => {
    clearTimeout(timer)
    timer = setTimeout(() => (text.value = words.value.trim()), TYPING_MS)
  })
  onScopeDispose(() => clearTimeout(timer))

  const { items, refusal, loading, more, loadMore, refresh } = usePaged(
    () => ({ gateway: place.gateway, text: text.value }),
    (query, after, signal) => ask<Page<DeviceView>>('/devices', { ...query, after, limit: 200 }, signal),
  )

  const seen = shallowRef<readonly DeviceView[]>([])
  const refreshing = setInterval(() => document.hidden || refresh(seen.value), REFRESH_MS)
  onScopeDispose(() => clearInterval(refreshing))

  watch(items, ([first]) => {
    if (!place.device && first && hasRoomBeside()) open(first, 'replace')
  })
  const open = ({ gateway, device }: DeviceView, step?: 'replace') =>
    go({ device: { gateway, device }, series: undefined }, step)

  const body = () => {
    if (items.value.length === 0) {
      if (refusal.value) return <Trouble refusal={refusal.value} retry={loadMore} />
      if (loading.value || more.value) return <Loading />
      return <Empty icon="empty" title={t('noDevices')} hint={t('noDevicesHint')} />
    }
    return (
      <VirtualList
        items={items.value}
        rowHeight={ROW_PX}
        label={t('devices')}
        keyOf={keyOf}
        selected={place.device && keyOf(place.device)}
        row={(device: DeviceView) => <DeviceRow device={device} now={now.value} />}
        onChoose={(device: DeviceView) => open(device)}
        onEnd={loadMore}
        onSee={(devices: readonly DeviceView[]) => (seen.value = devices)}
      />
    )
  }

  return () => (
    <section class="devices">
      <ListHead title={t('devices')} count={items.value.length} more={more.value} />
      <label class="search">
        <Icon name="search" />
        <input
          type="search"
          placeholder={t('search')}
          aria-label={t('search')}
          value={words.value}
          onInput={(event: Event) => (words.value = typed(event))}
        />
        <kbd>/</kbd>
      </label>
      <div class="devices-body">{body()}</div>
    </section>
  )
})

function keyOf({ gateway, device }: Pick<DeviceView, 'gateway' | 'device'>): string {
  return `${gateway}/${device}`
}

const DeviceRow: FunctionalComponent<{ device: DeviceView; now: number }> = ({ device, now }) => (
  <div class="row">
    <span class={['dot', stateOf(device)]} />
    <span class="row-main">
      <span class="row-name">{device.device}</span>
      <span class="row-line">
        {device.gateway} · {t('pointsCount', { n: device.points })}
      </span>
    </span>
    <span
      class={['row-side', stateOf(device) === 'warn' && 'bad']}
      title={device.unknown ? unknownText(device.unknown) : undefined}
    >
      {besideOf(device, now)}
    </span>
  </div>
)
DeviceRow.props = ['device', 'now']

/** Behind a gateway that is not heard of nobody knows how it is, whatever was last. */
function stateOf({ latestAt, notGood, unknown }: DeviceView): 'none' | 'warn' | 'good' {
  if (latestAt === null || unknown !== null) return 'none'
  return notGood > 0 ? 'warn' : 'good'
}

function besideOf({ latestAt, notGood, unknown }: DeviceView, now: number): string {
  if (unknown) return t('unknownState')
  if (notGood > 0) return t('badCount', { n: notGood })
  return latestAt === null ? t('noValue') : showAge(latestAt, now)
}
