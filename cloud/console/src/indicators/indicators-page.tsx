import { computed, defineComponent, watch } from 'vue'
import { Empty, Loading } from '../frame/notice.tsx'
import { Page } from '../frame/page.tsx'
import { t } from '../language.ts'
import { go, place } from '../place.ts'
import { hasRoomBeside } from '../room-beside.ts'
import { useAreaIndicators } from './area-indicators.ts'
import { AreaTree } from './area-tree.tsx'
import { IndicatorList } from './indicator-list.tsx'
import { IndicatorPanel } from './indicator-panel.tsx'

/** 城市体征指标: of every area how it stands, what it was, and how the areas below compare. */
export const IndicatorsPage = defineComponent(() => {
  const indicators = useAreaIndicators()
  const chosen = computed(() => indicators.data.value?.find(({ indicator }) => indicator === place.indicator))
  watch(indicators.data, (found) => {
    const [first] = found ?? []
    if (first && !chosen.value && hasRoomBeside()) go({ indicator: first.indicator }, 'replace')
  })

  const content = () => {
    if (chosen.value) return <IndicatorPanel key={chosen.value.indicator} value={chosen.value} />
    if (place.indicator !== undefined && indicators.loading.value) return <Loading />
    return <Empty icon="curve" title={t('chooseIndicator')} hint={t('chooseIndicatorHint')} />
  }

  return () => (
    <Page chosen={place.indicator !== undefined && (indicators.loading.value || chosen.value !== undefined)}>
      {{
        side: () => [
          <div class="areas">
            <AreaTree />
          </div>,
          <IndicatorList indicators={indicators} />,
        ],
        content,
      }}
    </Page>
  )
})
