import type { Beyond, Indicator, Period } from '@ganzhi/contracts/indicator'
import type { IndicatorPointView, IndicatorValueView } from '@ganzhi/contracts/indicator-view'
import { unitText } from '@ganzhi/contracts/unit-text'
import { computed, defineComponent, ref } from 'vue'
import { ask } from '../ask.ts'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { t } from '../language.ts'
import { CurveBox } from '../live/curve-box.tsx'
import type { Curve } from '../live/curve.ts'
import { useLoad } from '../load.ts'
import { showAmount, showPeriod } from './indicator-text.ts'
import { StandingTag } from './standing-tag.tsx'

const EVERY_MS = 60_000
const DAY_MS = 86_400_000
const SPAN_MS: Readonly<Record<Period, number>> = {
  hour: 7 * DAY_MS,
  day: 92 * DAY_MS,
  week: 53 * 7 * DAY_MS,
  month: 25 * 31 * DAY_MS,
}

/** The indicator period by period, with its thresholds; where it is missing the line breaks and is shaded. */
export const IndicatorTrend = defineComponent(
  (props: { value: IndicatorValueView; document: Indicator | undefined }) => {
    const hovered = ref<number>()
    const { data, refusal, reload } = useLoad(
      () => {
        const { indicator, area, to, period } = props.value
        const from = new Date(Date.parse(to) - SPAN_MS[period]).toISOString()
        return { path: `/indicators/${indicator}/values`, query: { area: area.id, from, to } }
      },
      ({ path, query }, signal) => ask<{ items: IndicatorPointView[] }>(path, query, signal),
      { everyMs: EVERY_MS },
    )
    const points = computed(() => data.value?.items ?? [])
    const curve = computed(() => curveOfPeriods(points.value, props.value.to))
    const overlay = computed(() => ({
      thresholds: [...linesOf(props.document?.amber, 'minor'), ...linesOf(props.document?.red, 'critical')],
      fires: [],
    }))

    const body = () => {
      if (!data.value) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      const [first] = points.value
      if (!first) return <Empty icon="curve" title={t('noValues')} hint={t('noValuesHint')} />
      return (
        <CurveBox
          curve={curve.value}
          fromSeconds={seconds(first.at)}
          toSeconds={seconds(props.value.to)}
          stepped={false}
          overlay={overlay.value}
          onHover={(index: number | undefined) => (hovered.value = index)}
        />
      )
    }

    const foot = () => {
      const point = hovered.value === undefined ? undefined : points.value[hovered.value]
      if (point) {
        const { at, value, standing, present, expected } = point
        return (
          <>
            <span class="muted">{showPeriod(at, props.value.period)}</span>
            <b>{showAmount(value, props.value.unit)}</b>
            <StandingTag of={standing} />
            <span class="muted">{t('presentOf', { present, expected })}</span>
          </>
        )
      }
      return (
        <>
          {overlay.value.thresholds.length > 0 && <span class="key threshold">{t('keyThreshold')}</span>}
          {curve.value.doubtful.length > 0 && <span class="key missing">{t('keyMissing')}</span>}
        </>
      )
    }

    return () => (
      <section class="card chart-card">
        <header class="card-head">
          <h2>
            {t('courseOver')}
            <span class="unit">{unitText(props.value.unit)}</span>
          </h2>
        </header>
        <div class="chart-body">{body()}</div>
        <footer class="chart-foot">{foot()}</footer>
      </section>
    )
  },
  { props: ['value', 'document'] },
)

/** A period stands at its start. */
function curveOfPeriods(points: readonly IndicatorPointView[], end: string): Curve {
  return {
    seconds: points.map(({ at }) => seconds(at)),
    values: points.map(({ value }) => value),
    doubtful: points.flatMap(({ at, value }, i) =>
      value === null ? [[seconds(at), seconds(points[i + 1]?.at ?? end)] as const] : [],
    ),
  }
}

function linesOf(limits: Beyond | undefined, severity: 'minor' | 'critical') {
  const { above, below } = limits ?? {}
  return [above, below].flatMap((value) => (value === undefined ? [] : [{ value, severity, clears: false }]))
}

function seconds(at: string): number {
  return Date.parse(at) / 1000
}
