import type { LatestView, PointView } from '@ganzhi/contracts/api-views'
import { unitText } from '@ganzhi/contracts/unit-text'
import { type FunctionalComponent, defineComponent } from 'vue'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import type { Paged } from '../paged.ts'
import { go } from '../place.ts'
import { showAge, showProperty, showTime, showValue, useNow } from '../show.ts'

const ROW_PX = 44

export interface PointTableProps {
  readonly points: Paged<PointView>
  readonly chosen: number | undefined
  readonly values: ReadonlyMap<number, LatestView>
  readonly onSee: (items: readonly PointView[]) => void
}

export const PointTable = defineComponent(
  (props: PointTableProps) => {
    const now = useNow()

    const body = () => {
      const { items, refusal, loading, more, loadMore } = props.points
      if (items.value.length === 0) {
        if (refusal.value) return <Trouble refusal={refusal.value} retry={loadMore} />
        if (loading.value || more.value) return <Loading />
        return <Empty icon="device" title={t('noPoints')} />
      }
      return (
        <VirtualList
          items={items.value}
          rowHeight={ROW_PX}
          label={t('values')}
          keyOf={(point: PointView) => point.series}
          selected={props.chosen}
          row={(point: PointView) => (
            <PointRow point={point} latest={props.values.get(point.series) ?? point.latest} now={now.value} />
          )}
          onChoose={(point: PointView) => go({ series: point.series })}
          onEnd={loadMore}
          onSee={props.onSee}
        />
      )
    }

    return () => (
      <section class="points-card" style={{ '--rows': props.points.items.value.length }}>
        <header class="card-head">
          <h2>{t('values')}</h2>
          <span class="count">
            {props.points.items.value.length}
            {props.points.more.value && '+'}
          </span>
        </header>
        <div class="point-row head" aria-hidden="true">
          <span>{t('point')}</span>
          <span class="number">{t('value')}</span>
          <span>{t('quality')}</span>
          <span class="number">{t('age')}</span>
        </div>
        <div class="points-body">{body()}</div>
      </section>
    )
  },
  { props: ['points', 'chosen', 'values', 'onSee'] },
)

const PointRow: FunctionalComponent<{ point: PointView; latest: LatestView | null; now: number }> = ({
  point,
  latest,
  now,
}) => (
  <div class="point-row">
    <span class="row-name" title={point.property}>
      {showProperty(point.property)}
    </span>
    <span class="number">
      {latest ? (
        // A new key makes a new element, whose arrival is shown.
        <b key={latest.at} class={['value', latest.quality !== 'good' && 'doubtful']}>
          {showValue(latest.value, point)}
        </b>
      ) : (
        <span class="muted">{t('noValue')}</span>
      )}
      {point.unit && <span class="unit">{unitText(point.unit)}</span>}
    </span>
    <span>{latest && <span class={['quality', latest.quality]}>{t(latest.quality)}</span>}</span>
    <span class="number muted" title={latest ? showTime(latest.at) : undefined}>
      {latest && showAge(latest.at, now)}
    </span>
  </div>
)
PointRow.props = ['point', 'latest', 'now']
