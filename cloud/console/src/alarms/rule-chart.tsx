import type { AlarmTransitionView } from '@ganzhi/contracts/alarm-view'
import type { PointView, RangeView } from '@ganzhi/contracts/api-views'
import type { Rule } from '@ganzhi/contracts/rule'
import { unitText } from '@ganzhi/contracts/unit-text'
import { computed, defineComponent, ref } from 'vue'
import { ask } from '../ask.ts'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { Segments } from '../frame/segments.tsx'
import { t } from '../language.ts'
import { CurveBox } from '../live/curve-box.tsx'
import { curveOf } from '../live/curve.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { showProperty, showTime, showValue } from '../show.ts'
import { propertiesOf, thresholdsOf } from './thresholds.ts'

const MOST_POINTS = 1_200
const EVERY_MS = 15_000

interface RuleChartProps {
  readonly rule: Rule
  readonly gateway: string
  readonly device: string
  /** What the rule told of this device, in order of time. */
  readonly transitions: readonly Pick<AlarmTransitionView, 'at' | 'from' | 'to' | 'why'>[]
  readonly from: number
  readonly to: number
  /** Its end is now, and goes on. */
  readonly live: boolean
}

/** The values of a device that a rule looks at, with the lines they cross and when that was told. Nothing where it looks at none. */
export const RuleChart = defineComponent(
  (props: RuleChartProps) => {
    const chosen = ref<string>()
    const hovered = ref<number>()

    const points = useLoad(
      () => ({ gateway: props.gateway, device: props.device }),
      (query, signal) => ask<Page<PointView>>('/points', { ...query, limit: 200 }, signal),
    )
    const drawable = computed(() => {
      const decided = props.transitions.map(({ why }) => why)
      return propertiesOf(props.rule, decided).flatMap((property) => {
        const point = points.data.value?.items.find((each) => each.property === property)
        return point && point.type !== 'text' && point.type !== 'json' ? [point] : []
      })
    })
    const point = computed(
      () => drawable.value.find(({ property }) => property === chosen.value) ?? drawable.value[0],
    )
    const samples = useLoad(
      () => point.value && { series: point.value.series, from: props.from, to: props.live || props.to },
      ({ series, from }, signal) => {
        const to = props.live ? Date.now() + EVERY_MS : props.to
        const query = { from: time(from), to: time(to), points: MOST_POINTS }
        return ask<RangeView>(`/series/${series}/range`, query, signal)
      },
      props.live ? { everyMs: EVERY_MS } : {},
    )
    const curve = computed(() => samples.data.value && curveOf(samples.data.value))
    const overlay = computed(() => ({
      thresholds: point.value ? thresholdsOf(props.rule, point.value.property, props.transitions) : [],
      fires: props.transitions.map(({ at, from, to }) => ({ seconds: Date.parse(at) / 1000, from, to })),
    }))

    const body = (shown: PointView) => {
      const { data, refusal, reload } = samples
      if (refusal.value && !data.value) return <Trouble refusal={refusal.value} retry={reload} />
      if (!data.value) return <Loading />
      if (data.value.at.length === 0) return <Empty icon="curve" title={t('noSamples')} />
      return (
        <CurveBox
          key={shown.series}
          curve={curve.value}
          fromSeconds={props.from / 1000}
          toSeconds={props.to / 1000}
          stepped={shown.type !== 'float'}
          overlay={overlay.value}
          onHover={(index: number | undefined) => (hovered.value = index)}
        />
      )
    }

    const foot = (shown: PointView) => {
      const data = samples.data.value
      const index = hovered.value
      const at = index === undefined ? undefined : data?.at[index]
      if (at !== undefined && data && index !== undefined) {
        return (
          <span>
            <span class="muted">{showTime(at)}</span> <b>{showValue(data.value[index], shown)}</b>
          </span>
        )
      }
      const { thresholds, fires } = overlay.value
      return (
        <>
          {thresholds.length > 0 && <span class="key threshold">{t('keyThreshold')}</span>}
          {thresholds.some(({ clears }) => clears) && <span class="key clears">{t('keyClears')}</span>}
          {fires.length > 0 && <span class="key fire">{t('keyFire')}</span>}
        </>
      )
    }

    return () => {
      const shown = point.value
      if (!shown) return null
      return (
        <section class="card chart-card rule-chart">
          <header class="card-head">
            <h2>
              {showProperty(shown.property)}
              {shown.unit && <span class="unit">{unitText(shown.unit)}</span>}
            </h2>
            <span class="muted small">
              {props.gateway} · {props.device}
            </span>
            {drawable.value.length > 1 && (
              <Segments
                label={t('point')}
                names={drawable.value.map(({ property }) => property)}
                chosen={shown.property}
                textOf={showProperty}
                onChoose={(property) => (chosen.value = property)}
              />
            )}
          </header>
          <div class="chart-body">{body(shown)}</div>
          <footer class="chart-foot">{foot(shown)}</footer>
        </section>
      )
    }
  },
  { props: ['rule', 'gateway', 'device', 'transitions', 'from', 'to', 'live'] },
)

function time(at: number): string {
  return new Date(at).toISOString()
}
