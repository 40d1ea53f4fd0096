import type { GatewayView } from '@ganzhi/contracts/api-views'
import { type FunctionalComponent, defineComponent } from 'vue'
import { ask } from '../ask.ts'
import { ListHead } from '../frame/list-head.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { go, place } from '../place.ts'
import { showBytes, showTime } from '../show.ts'

const ROW_PX = 46
const MOST_ROWS = 5
const EVERY_MS = 5_000

export const GatewayList = defineComponent(() => {
  const { data, refusal, reload } = useLoad(
    () => 'gateways',
    (_key, signal) => ask<Page<GatewayView>>('/gateways', { limit: 500 }, signal),
    { everyMs: EVERY_MS },
  )

  const body = () => {
    const gateways = data.value?.items
    if (!gateways) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
    if (gateways.length === 0)
      return <Empty icon="gateway" title={t('noGateways')} hint={t('noGatewaysHint')} />
    return (
      <div style={{ height: `${Math.min(gateways.length, MOST_ROWS) * ROW_PX}px` }}>
        <VirtualList
          items={gateways}
          rowHeight={ROW_PX}
          label={t('gateways')}
          keyOf={(gateway: GatewayView) => gateway.name}
          selected={place.gateway}
          row={(gateway: GatewayView) => <GatewayRow gateway={gateway} />}
          onChoose={(gateway: GatewayView) => go({ gateway: gateway.name })}
        />
      </div>
    )
  }

  return () => (
    <section class="gateways">
      <ListHead
        title={t('gateways')}
        count={data.value?.items.length}
        more={data.value?.next != null}
        end={
          <button
            type="button"
            class={['chip', !place.gateway && 'on']}
            aria-pressed={!place.gateway}
            onClick={() => go({ gateway: undefined })}
          >
            {t('allGateways')}
          </button>
        }
      />
      {body()}
    </section>
  )
})

const PHASES = {
  alive: 'phaseAlive',
  death: 'phaseDeath',
  silent: 'phaseSilent',
  never: 'phaseNever',
} as const

const GatewayRow: FunctionalComponent<{ gateway: GatewayView }> = ({ gateway }) => (
  <div class="row">
    <span class={['dot', `phase-${gateway.phase}`]} />
    <span class="row-main">
      <span class="row-name">{gateway.name}</span>
      <span class="row-line">
        {t(PHASES[gateway.phase])} · {t('devicesCount', { n: gateway.devices })}
        {!gateway.claimed && ` · ${t('unclaimed')}`}
      </span>
    </span>
    <GatewaySide gateway={gateway} />
  </div>
)
GatewayRow.props = ['gateway']

const GatewaySide: FunctionalComponent<{ gateway: GatewayView }> = ({ gateway }) => {
  const { text, tip, bad } = sideOf(gateway)
  return (
    <span class={['row-side', bad && 'bad']} title={tip}>
      {text}
    </span>
  )
}
GatewaySide.props = ['gateway']

/** The worst of it. */
function sideOf(gateway: GatewayView): { text: string; tip: string | undefined; bad?: true } {
  const { outbox, downLinks, unstored } = gateway
  if (outbox?.writable === false) return { text: t('outboxStopped'), tip: outboxText(gateway), bad: true }
  if (downLinks.length > 0)
    return { text: t('linksDown', { n: downLinks.length }), tip: linksText(gateway), bad: true }
  return { text: unstored > 0 ? t('unstored', { n: unstored }) : t('allStored'), tip: outboxText(gateway) }
}

function linksText({ downLinks }: GatewayView): string {
  return downLinks
    .map(({ link, since, error, devices }) =>
      t('linkDown', { link, since: showTime(since), devices, error: error.message }),
    )
    .join('\n')
}

function outboxText({ outbox }: GatewayView): string | undefined {
  return outbox
    ? t('outboxUse', { bytes: showBytes(outbox.bytes), cap: showBytes(outbox.capBytes) })
    : undefined
}
