import type { PointView } from '@ganzhi/contracts/api-views'
import { computed, defineComponent, shallowRef, watch } from 'vue'
import { ask } from '../ask.ts'
import { Empty } from '../frame/notice.tsx'
import { PanelHead } from '../frame/panel-head.tsx'
import { t } from '../language.ts'
import { useLiveValues } from '../live-values.ts'
import { type Page, usePaged } from '../paged.ts'
import { go, place } from '../place.ts'
import { CommandList } from './command-list.tsx'
import { Completeness } from './completeness.tsx'
import { GapList } from './gap-list.tsx'
import { PointChart } from './point-chart.tsx'
import { PointTable } from './point-table.tsx'

export const DevicePanel = defineComponent(
  (props: { gateway: string; device: string }) => {
    const points = usePaged(
      () => ({ gateway: props.gateway, device: props.device }),
      (query, after, signal) => ask<Page<PointView>>('/points', { ...query, after, limit: 200 }, signal),
    )
    const chosen = computed(
      () => points.items.value.find((point) => point.series === place.series) ?? points.items.value[0],
    )
    const seen = shallowRef<readonly PointView[]>([])
    const live = useLiveValues(() => {
      const ids = new Set(seen.value.map((point) => point.series))
      if (chosen.value) ids.add(chosen.value.series)
      return [...ids]
    })
    watch(chosen, (point) => {
      if (point && place.series !== point.series) go({ series: point.series })
    })

    return () => (
      <div class="device-panel">
        <PanelHead
          back={() => go({ device: undefined })}
          title={props.device}
          line={props.gateway}
          end={
            <span class={['live-mark', live.connected.value && 'on']} role="status">
              <span class="dot" />
              {t(live.connected.value ? 'liveOn' : 'liveOff')}
            </span>
          }
        />
        <div class="cards">
          <PointTable
            class="card"
            points={points}
            chosen={chosen.value?.series}
            values={live.values}
            onSee={(items: readonly PointView[]) => (seen.value = items)}
          />
          {chosen.value ? (
            <PointChart
              key={chosen.value.series}
              class="card"
              point={chosen.value}
              live={live.values.get(chosen.value.series) ?? chosen.value.latest}
            />
          ) : (
            <section class="card chart-card">
              <Empty icon="curve" title={t('choosePoint')} />
            </section>
          )}
          <Completeness class="card" gateway={props.gateway} />
          <GapList class="card" gateway={props.gateway} />
          <CommandList gateway={props.gateway} device={props.device} />
        </div>
      </div>
    )
  },
  { props: ['gateway', 'device'] },
)
