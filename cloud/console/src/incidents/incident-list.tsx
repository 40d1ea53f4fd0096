import type { IncidentView } from '@ganzhi/contracts/incident-view'
import { defineComponent, type FunctionalComponent, ref } from 'vue'
import { ask } from '../ask.ts'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { go, place } from '../place.ts'
import { showAge, useNow } from '../show.ts'
import { EvidencePicture } from './evidence-picture.tsx'
import { nameOf, spanOf } from './incident-text.ts'

const ROW_PX = 68
const EVERY_MS = 5_000
const STEP = 100
const MOST = 500

/** What began last stands on top, and comes there by itself. The list is asked for anew as a whole, so that it has no seams. */
export const IncidentList = defineComponent(() => {
  const now = useNow()
  const limit = ref(STEP)
  const { data, refusal, reload } = useLoad(
    () => 'incidents',
    (_key, signal) => ask<Page<IncidentView>>('/incidents', { limit: limit.value }, signal),
    { everyMs: EVERY_MS },
  )

  function more() {
    const shown = data.value?.items.length ?? 0
    if (data.value?.next == null || shown < limit.value || limit.value === MOST) return
    limit.value = Math.min(MOST, limit.value + STEP)
    reload()
  }

  const body = () => {
    const incidents = data.value?.items
    if (!incidents) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
    if (incidents.length === 0)
      return <Empty icon="camera" title={t('noIncidents')} hint={t('noIncidentsHint')} />
    return (
      <VirtualList
        items={incidents}
        rowHeight={ROW_PX}
        label={t('incidents')}
        keyOf={({ incident }: IncidentView) => incident}
        selected={place.incident?.incident}
        row={(incident: IncidentView) => <IncidentRow incident={incident} now={now.value} />}
        onChoose={({ gateway, incident }: IncidentView) => go({ incident: { gateway, incident } })}
        onEnd={more}
      />
    )
  }

  return () => (
    <section class="incidents">
      <header class="side-head">
        <h2>{t('incidents')}</h2>
        <span class="count">
          {data.value?.items.length}
          {data.value?.next != null && '+'}
        </span>
        {data.value?.items.length === MOST && (
          <span class="push muted small">{t('newestOnly', { n: MOST })}</span>
        )}
      </header>
      <div class="incidents-body">{body()}</div>
    </section>
  )
})

const IncidentRow: FunctionalComponent<{ incident: IncidentView; now: number }> = ({ incident, now }) => (
  <div class="row incident-row">
    <EvidencePicture of={incident.evidence.findLast(({ role }) => role === 'at')} />
    <span class="row-main">
      <span class="row-name">{nameOf(incident)}</span>
      <span class="row-line">
        {incident.gateway} · {incident.device}
      </span>
      <span class="row-line">{showAge(incident.startedAt, now)}</span>
    </span>
    <span class={['incident-state', incident.endedAt === null && 'goes-on']}>
      {incident.endedAt === null ? t('goesOn') : spanOf(incident, now)}
    </span>
  </div>
)
IncidentRow.props = ['incident', 'now']
