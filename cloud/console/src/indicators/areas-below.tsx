import type { AreaView } from '@ganzhi/contracts/area'
import type { IndicatorValueView } from '@ganzhi/contracts/indicator-view'
import { computed, defineComponent, ref } from 'vue'
import { AREA_LEVELS, areaName } from '../area-text.ts'
import { ask } from '../ask.ts'
import { askAll } from '../ask-all.ts'
import { Loading, Trouble } from '../frame/notice.tsx'
import { Segments } from '../frame/segments.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { go } from '../place.ts'
import { showAmount } from './indicator-text.ts'
import { StandingTag } from './standing-tag.tsx'

const EVERY_MS = 60_000
const MOST = 100

interface AreasBelowProps {
  readonly value: IndicatorValueView
  readonly better: 'lower' | 'higher' | undefined
}

/** The areas of one level below, beside each other: what needs a look first, what is missing last. */
export const AreasBelow = defineComponent(
  (props: AreasBelowProps) => {
    const wanted = ref<AreaView['level']>()
    const below = useLoad(
      () => props.value.area.id,
      (within, signal) => ask<Page<AreaView>>('/areas', { within, depth: 1, limit: 2 }, signal),
    )
    const levels = computed(() => {
      const [area, child] = below.data.value?.items ?? []
      return area && child ? AREA_LEVELS.slice(AREA_LEVELS.indexOf(area.level) + 1) : []
    })
    const level = computed(() =>
      wanted.value && levels.value.includes(wanted.value) ? wanted.value : below.data.value?.items[1]?.level,
    )
    const { data, refusal, reload } = useLoad(
      () => {
        const { indicator, area, at } = props.value
        return (
          level.value && { path: `/indicators/${indicator}/areas`, within: area.id, level: level.value, at }
        )
      },
      ({ path, ...query }, signal) => askAll<IndicatorValueView>(path, query, signal),
      { everyMs: EVERY_MS },
    )
    const ranked = computed(() => data.value?.toSorted((a, b) => orderOf(a, b, props.better)))

    const body = () => {
      const found = ranked.value
      if (!found) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      if (found.length === 0) return <p class="hint">{t('nobodyBelow')}</p>
      const most = Math.max(...found.map(({ value }) => Math.abs(value ?? 0)))
      return (
        <ul class="lines chosen-lines areas-below">
          {found.slice(0, MOST).map(({ area, value, unit, standing, present, expected }) => (
            <li key={area.id}>
              <button type="button" onClick={() => go({ area: area.id })}>
                <strong class="row-name">{areaName(area)}</strong>
                <span class={['amount-bar', standing && `is-${standing}`]} aria-hidden="true">
                  <span style={{ width: `${most === 0 ? 0 : (100 * Math.abs(value ?? 0)) / most}%` }} />
                </span>
                <span class="number">{showAmount(value, unit)}</span>
                <StandingTag of={standing} />
                <span class="muted small">{t('presentOf', { present, expected })}</span>
              </button>
            </li>
          ))}
          {found.length > MOST && <li class="muted">{t('tryMore', { n: found.length - MOST })}</li>}
        </ul>
      )
    }

    return () =>
      level.value && (
        <section class="card">
          <header class="card-head">
            <h2>{t('areasBelow')}</h2>
            {levels.value.length > 1 && (
              <Segments
                label={t('areas')}
                names={levels.value}
                chosen={level.value}
                textOf={(each) => t(`level.${each}`)}
                onChoose={(each) => (wanted.value = each)}
              />
            )}
          </header>
          {body()}
        </section>
      )
  },
  { props: ['value', 'better'] },
)

function orderOf(
  { value: a }: IndicatorValueView,
  { value: b }: IndicatorValueView,
  better: AreasBelowProps['better'],
): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return better === 'higher' ? a - b : b - a
}
