import type { IncidentView } from '@ganzhi/contracts/incident-view'
import { defineComponent, type FunctionalComponent } from 'vue'
import { ListHead } from '../frame/list-head.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import { useFreshList } from '../fresh-list.ts'
import { go, place } from '../place.ts'
import { showAge, useNow } from '../show.ts'
import { EvidencePicture } from './evidence-picture.tsx'
import { nameOf, spanOf } from './incident-text.ts'

const ROW_PX = 68

export const IncidentList = defineComponent(() => {
  const now = useNow()
  const { items, more, most, refusal, reload, loadMore } = useFreshList<IncidentView>(
    '/incidents',
    () => ({}),
  )

  const body = () => {
    const incidents = items.value
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
        onEnd={loadMore}
      />
    )
  }

  return () => (
    <section class="listing">
      <ListHead
        title={t('incidents')}
        count={items.value?.length}
        more={more.value}
        end={most.value && <span class="push muted small">{t('newestOnly', { n: most.value })}</span>}
      />
      <div class="listing-body">{body()}</div>
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
    <span class={['story-state', incident.endedAt === null && 'goes-on']}>
      {incident.endedAt === null ? t('goesOn') : spanOf(incident, now)}
    </span>
  </div>
)
IncidentRow.props = ['incident', 'now']
