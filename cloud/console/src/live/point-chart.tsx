import type { LatestView, PointView, RangeView } from '@ganzhi/contracts/api-views'
import { unitText } from '@ganzhi/contracts/unit-text'
import { computed, defineComponent, ref, shallowRef, watch } from 'vue'
import { apiUrl, ask } from '../ask.ts'
import { Icon } from '../frame/icon.tsx'
import { Empty, Trouble } from '../frame/notice.tsx'
import { Segments } from '../frame/segments.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import { RANGES, type RangeName, go, place } from '../place.ts'
import { showNumber, showProperty, showTime, showValue, useNow } from '../show.ts'
import { CurveBox } from './curve-box.tsx'
import { curveOf, extentOf, withLive } from './curve.ts'
import { ValueLog } from './value-log.tsx'

const MOST_POINTS = 1_200
const SHORTEST_MS = 60_000
const RANGE_LABELS = { '15m': 'range15m', '1h': 'range1h', '24h': 'range24h', '7d': 'range7d' } as const

export const PointChart = defineComponent(
  (props: { point: PointView; live: LatestView | null }) => {
    const now = useNow()
    const hovered = ref<number>()
    const isCurve = computed(() => props.point.type !== 'text' && props.point.type !== 'json')
    const spanMs = computed(() => RANGES[place.range])

    const { data, refusal, loading, reload } = useLoad(
      () => ({ series: props.point.series, range: place.range }),
      ({ series, range }, signal) => {
        const to = Date.now()
        const query = { from: time(to - RANGES[range]), to: time(to + 60_000), points: MOST_POINTS }
        return ask<RangeView>(`/series/${series}/range`, query, signal)
      },
      { everyMs: 60_000 },
    )

    const cameLive = shallowRef<readonly LatestView[]>([])
    watch(
      () => props.live,
      (value) => {
        if (value) cameLive.value = [...cameLive.value.slice(-MOST_POINTS), value]
      },
      { immediate: true },
    )
    const samples = computed(() => data.value && withLive(data.value, cameLive.value))
    const curve = computed(() => samples.value && curveOf(samples.value))
    const extent = computed(() => curve.value && extentOf(curve.value.values))

    /** A point that is younger than the range fills the chart; one that was silent shows its silence. */
    const fromMs = computed(() => {
      const began = Math.min(Date.parse(props.point.firstSeen), samples.value?.at[0] ?? now.value)
      return Math.max(now.value - spanMs.value, Math.min(began, now.value - SHORTEST_MS))
    })

    const download = () =>
      apiUrl('/export.csv', {
        series: props.point.series,
        from: time(now.value - spanMs.value),
        to: time(now.value + 60_000),
      })

    const figure = (label: string, value: string) => (
      <span class="figure">
        <span class="muted">{label}</span> <b>{value}</b>
      </span>
    )

    const footer = () => {
      const at = hovered.value !== undefined && samples.value?.at[hovered.value]
      if (at && samples.value && hovered.value !== undefined) {
        const quality = samples.value.quality[hovered.value] ?? 'good'
        return (
          <>
            {figure(showTime(at), showValue(samples.value.value[hovered.value], props.point))}
            <span class={['quality', quality]}>{t(quality)}</span>
          </>
        )
      }
      return (
        <>
          {props.live && figure(t('latest'), showValue(props.live.value, props.point))}
          {extent.value && figure(t('minimum'), showNumber(extent.value.min, props.point.decimals))}
          {extent.value && figure(t('maximum'), showNumber(extent.value.max, props.point.decimals))}
          <span class="muted small push">{t('shown', { n: samples.value?.at.length ?? 0 })}</span>
        </>
      )
    }

    const body = () => {
      if (refusal.value && !data.value) return <Trouble refusal={refusal.value} retry={reload} />
      if (samples.value?.at.length === 0) {
        return <Empty icon="curve" title={t('noSamples')} hint={t('noSamplesHint')} />
      }
      if (!isCurve.value) return <ValueLog point={props.point} samples={samples.value} />
      return (
        <CurveBox
          curve={curve.value}
          fromSeconds={fromMs.value / 1000}
          toSeconds={now.value / 1000}
          stepped={props.point.type !== 'float'}
          onHover={(index: number | undefined) => (hovered.value = index)}
        />
      )
    }

    return () => (
      <section class={['chart-card', loading.value && !data.value && 'is-loading']} aria-busy={loading.value}>
        <header class="card-head">
          <h2>
            {showProperty(props.point.property)}
            {props.point.unit && <span class="unit">{unitText(props.point.unit)}</span>}
          </h2>
          <Segments
            label={t('range')}
            names={Object.keys(RANGES) as RangeName[]}
            chosen={place.range}
            textOf={(range) => t(RANGE_LABELS[range])}
            onChoose={(range) => go({ range })}
          />
          <a class="tool" href={download()} download aria-label={t('download')} title={t('download')}>
            <Icon name="download" />
          </a>
        </header>
        <div class="chart-body">{body()}</div>
        <footer class="chart-foot">{footer()}</footer>
      </section>
    )
  },
  { props: ['point', 'live'] },
)

function time(at: number): string {
  return new Date(at).toISOString()
}
