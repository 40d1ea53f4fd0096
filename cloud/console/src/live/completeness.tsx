import type { CompletenessView } from '@ganzhi/contracts/api-views'
import { type FunctionalComponent, defineComponent, ref } from 'vue'
import { ask } from '../ask.ts'
import { Icon } from '../frame/icon.tsx'
import { Loading, Trouble } from '../frame/notice.tsx'
import { t, tOr } from '../language.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'

const DAYS = 7
const EVERY_MS = 60_000
const MOST_RANGES = 50

export const Completeness = defineComponent(
  (props: { gateway: string }) => {
    const chosen = ref<string>()
    const { data, refusal, reload } = useLoad(
      () => props.gateway,
      (gateway, signal) => ask<Page<CompletenessView>>('/completeness', { gateway, days: DAYS }, signal),
      { everyMs: EVERY_MS },
    )

    const body = () => {
      const days = data.value?.items
      if (!days) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      const shown = days.find(({ day }) => day === chosen.value) ?? days.at(-1)
      return (
        <>
          <div class="days" role="group">
            {days.map((day) => (
              <button
                key={day.day}
                type="button"
                class={['day', stateOf(day), day === shown && 'on']}
                aria-pressed={day === shown}
                onClick={() => (chosen.value = day.day)}
              >
                <span class="day-date">{day.day.slice(5)}</span>
                <span class="day-bar">
                  <span style={{ height: `${percentOf(day)}%` }} />
                </span>
              </button>
            ))}
          </div>
          {shown && <DayDetail day={shown} />}
        </>
      )
    }

    return () => (
      <section class="completeness-card">
        <header class="card-head">
          <h2>{t('completeness')}</h2>
          <span class="muted small">{t('completenessHint', { gateway: props.gateway })}</span>
        </header>
        {body()}
      </section>
    )
  },
  { props: ['gateway'] },
)

const DayDetail: FunctionalComponent<{ day: CompletenessView }> = ({ day }) => (
  <div class={['day-detail', stateOf(day)]}>
    <p class="day-figure">
      <b>{t('nOfN', { stored: day.stored, accepted: day.accepted })}</b>
      <span class="day-verdict">
        {stateOf(day) === 'complete' && <Icon name="check" />}
        {verdictOf(day)}
      </span>
    </p>
    <ul class="ranges">
      {day.missing.slice(0, MOST_RANGES).map((range) => (
        <li key={`${range.lane}${range.epoch}${range.first}`}>
          <span class="lane">{tOr(`lane.${range.lane}`, range.lane)}</span>
          <code title={range.epoch}>{rangeText(range)}</code>
          <span class="muted">{t('records', { n: range.count })}</span>
          <span class={range.reasons.length > 0 ? 'bad' : 'warn'}>
            {range.reasons.map((reason) => tOr(`reason.${reason}`, reason)).join(' · ') ||
              t('reason.awaited')}
          </span>
        </li>
      ))}
    </ul>
  </div>
)
DayDetail.props = ['day']

export function rangeText({ first, last }: { first: number; last: number }): string {
  return first === last ? `#${first}` : `#${first} – ${last}`
}

function stateOf({ accepted, lost, awaited }: CompletenessView): 'none' | 'complete' | 'lost' | 'awaited' {
  if (accepted === 0) return 'none'
  if (lost > 0) return 'lost'
  return awaited > 0 ? 'awaited' : 'complete'
}

function verdictOf(day: CompletenessView): string {
  const lost = day.lost > 0 ? [t('lost', { n: day.lost })] : []
  const awaited = day.awaited > 0 ? [t('awaited', { n: day.awaited })] : []
  if (day.accepted === 0) return t('nothingThatDay')
  return [...lost, ...awaited].join(' · ') || t('complete')
}

/** One missing of a million is still seen: only what is complete fills its bar. */
function percentOf({ stored, accepted }: CompletenessView): number {
  if (accepted === 0) return 0
  return stored === accepted ? 100 : Math.min(92, (stored / accepted) * 100)
}
