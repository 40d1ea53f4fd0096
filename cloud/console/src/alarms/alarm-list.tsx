import type { AlarmView } from '@ganzhi/contracts/alarm-view'
import { defineComponent, type FunctionalComponent } from 'vue'
import { ListHead } from '../frame/list-head.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { Segments } from '../frame/segments.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import { useFreshList } from '../fresh-list.ts'
import { ALARM_STATES, go, place } from '../place.ts'
import { showAge, useNow } from '../show.ts'
import { lastedOf, ruleName } from './alarm-text.ts'
import { targetOf } from './alarm-target.ts'
import { SEVERITIES } from './severities.ts'
import { SeverityTag } from './severity-tag.tsx'

const ROW_PX = 68

/** What was raised last stands on top, and comes there by itself. */
export const AlarmList = defineComponent(() => {
  const now = useNow()
  const { items, more, most, refusal, reload, loadMore } = useFreshList<AlarmView>('/alarms', () => ({
    state: place.state === 'all' ? undefined : place.state,
    severity: place.severity,
    rule: place.by,
  }))

  const body = () => {
    const alarms = items.value
    if (!alarms) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
    if (alarms.length === 0) {
      const narrowed = place.severity !== undefined || place.by !== undefined
      if (narrowed) return <Empty icon="bell" title={t('noAlarmFits')} hint={t('noAlarmFitsHint')} />
      return place.state === 'open' ? (
        <Empty icon="check" title={t('noOpenAlarms')} hint={t('noOpenAlarmsHint')} />
      ) : (
        <Empty icon="bell" title={t('noAlarms')} hint={t('noAlarmsHint')} />
      )
    }
    return (
      <VirtualList
        items={alarms}
        rowHeight={ROW_PX}
        label={t('alarms')}
        keyOf={({ id }: AlarmView) => id}
        selected={place.alarm}
        row={(alarm: AlarmView) => <AlarmRow alarm={alarm} now={now.value} />}
        onChoose={({ id }: AlarmView) => go({ alarm: id })}
        onEnd={loadMore}
      />
    )
  }

  return () => (
    <section class="listing">
      <ListHead
        title={t('alarms')}
        count={items.value?.length}
        more={more.value}
        end={most.value && <span class="push muted small">{t('newestOnly', { n: most.value })}</span>}
      />
      <div class="filters">
        <Segments
          label={t('alarmState')}
          names={ALARM_STATES}
          chosen={place.state}
          textOf={(state) => t(`alarms.${state}`)}
          onChoose={(state) => go({ state })}
        />
        <div class="severities" role="group" aria-label={t('fact.severity')}>
          {SEVERITIES.toReversed().map((severity) => (
            <button
              key={severity}
              type="button"
              class={['severity', severity, place.severity === severity && 'on']}
              aria-pressed={place.severity === severity}
              onClick={() => go({ severity: place.severity === severity ? undefined : severity })}
            >
              {t(`severity.${severity}`)}
            </button>
          ))}
        </div>
        {place.by !== undefined && (
          <button type="button" class="chip on" onClick={() => go({ by: undefined })}>
            {t('rule')} {place.by} <span aria-hidden="true">×</span>
            <span class="visually-hidden">{t('showAllRules')}</span>
          </button>
        )}
      </div>
      <div class="listing-body">{body()}</div>
    </section>
  )
})

const AlarmRow: FunctionalComponent<{ alarm: AlarmView; now: number }> = ({ alarm, now }) => (
  <div class={['row alarm-row', alarm.severity, alarm.closedAt !== null && 'is-closed']}>
    <span class="row-main">
      <span class="row-name">{ruleName(alarm.rule)}</span>
      <span class="row-line">{targetOf(alarm)}</span>
      <span class="row-line">
        {showAge(alarm.openedAt, now)}
        {alarm.closedAt !== null && ` · ${lastedOf(alarm, now)}`}
      </span>
    </span>
    <SeverityTag of={alarm.severity} />
  </div>
)
AlarmRow.props = ['alarm', 'now']
