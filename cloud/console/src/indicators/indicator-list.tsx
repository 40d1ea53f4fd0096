import type { IndicatorValueView, Standing } from '@ganzhi/contracts/indicator-view'
import { computed, defineComponent, type FunctionalComponent, ref } from 'vue'
import { ListHead } from '../frame/list-head.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { Segments } from '../frame/segments.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { language, t } from '../language.ts'
import type { Loaded } from '../load.ts'
import { go, PERIODS, place } from '../place.ts'
import { showAmount, showChange, STANDINGS } from './indicator-text.ts'
import { Sparkline } from './sparkline.tsx'
import { StandingTag } from './standing-tag.tsx'

const ROW_PX = 64

/** The indicators of an area: how each stands, where it comes from, and since the period before. */
export const IndicatorList = defineComponent(
  (props: { indicators: Loaded<readonly IndicatorValueView[]> }) => {
    const only = ref<Standing>(null)
    const all = computed(() => props.indicators.data.value ?? [])
    const shown = computed(() => all.value.filter(({ standing }) => !only.value || standing === only.value))

    const standings = () => (
      <div class="severities" role="group" aria-label={t('standing')}>
        {STANDINGS.map((standing) => (
          <button
            key={standing}
            type="button"
            class={['severity standing', `is-${standing}`, only.value === standing && 'on']}
            aria-pressed={only.value === standing}
            onClick={() => (only.value = only.value === standing ? null : standing)}
          >
            {t(`standing.${standing}`)} {all.value.filter((each) => each.standing === standing).length}
          </button>
        ))}
      </div>
    )

    const body = () => {
      const { data, refusal, reload } = props.indicators
      if (place.area === undefined) return null
      if (!data.value) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      if (data.value.length === 0)
        return <Empty icon="curve" title={t('noIndicators')} hint={t('noIndicatorsHint')} />
      if (shown.value.length === 0) return <Empty icon="check" title={t('noneStandsSo')} />
      return (
        <VirtualList
          items={shown.value}
          rowHeight={ROW_PX}
          label={t('indicators')}
          keyOf={({ indicator }: IndicatorValueView) => indicator}
          selected={place.indicator}
          row={(value: IndicatorValueView) => <IndicatorRow value={value} />}
          onChoose={({ indicator }: IndicatorValueView) => go({ indicator })}
        />
      )
    }

    return () => (
      <section class="listing">
        <ListHead title={t('indicators')} count={props.indicators.data.value?.length} more={false} />
        <div class="filters">
          <Segments
            label={t('period')}
            names={PERIODS}
            chosen={place.period}
            textOf={(period) => t(`period.${period}`)}
            onChoose={(period) => go({ period, indicator: undefined })}
          />
          {standings()}
        </div>
        <div class="listing-body">{body()}</div>
      </section>
    )
  },
  { props: ['indicators'] },
)

const IndicatorRow: FunctionalComponent<{ value: IndicatorValueView }> = ({ value }) => {
  const change = showChange(value.previous, value.unit)
  return (
    <div class="row indicator-row">
      <span class="row-name">{value.names[language.value]}</span>
      <span class="row-line">
        <b class={value.value === null ? 'muted' : 'ink'}>{showAmount(value.value, value.unit)}</b>
        {change && ` · ${change}`}
      </span>
      <Sparkline values={value.recent} />
      <span class="row-standing">
        <StandingTag of={value.standing} />
      </span>
    </div>
  )
}
IndicatorRow.props = ['value']
