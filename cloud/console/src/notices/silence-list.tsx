import type { SilenceView } from '@ganzhi/contracts/silence'
import { defineComponent, type FunctionalComponent } from 'vue'
import { Icon } from '../frame/icon.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import { useFreshList } from '../fresh-list.ts'
import { go, NEW, place } from '../place.ts'
import { showTime } from '../show.ts'
import { scopeOf } from './silence-text.ts'

const ROW_PX = 76

export const SilenceList = defineComponent(() => {
  const { items, refusal, reload, loadMore } = useFreshList<SilenceView>('/silences', () => ({}))

  const body = () => {
    if (!items.value) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
    if (items.value.length === 0)
      return <Empty icon="quiet" title={t('noSilences')} hint={t('noSilencesHint')} />
    return (
      <VirtualList
        items={items.value}
        rowHeight={ROW_PX}
        label={t('silences')}
        keyOf={({ id }: SilenceView) => id}
        selected={place.silence}
        row={(silence: SilenceView) => <SilenceRow silence={silence} />}
        onChoose={({ id }: SilenceView) => go({ silence: id })}
        onEnd={loadMore}
      />
    )
  }

  return () => (
    <>
      <header class="side-head">
        <span class="muted small">{t('silences')}</span>
        <button type="button" class="button push" onClick={() => go({ silence: NEW })}>
          <Icon name="plus" />
          {t('newRule')}
        </button>
      </header>
      <div class="listing-body">{body()}</div>
    </>
  )
})

const SilenceRow: FunctionalComponent<{ silence: SilenceView }> = ({ silence }) => (
  <div class={['row', silence.state === 'over' && 'is-withheld']}>
    <span class="row-main">
      <span class="row-name">{silence.reason}</span>
      <span class="row-line">{scopeOf(silence)}</span>
      <span class="row-line">{t('silenceUntil', { time: showTime(silence.until) })}</span>
    </span>
    <span class={['badge', silence.state === 'active' && 'on']}>{t(`silence.${silence.state}`)}</span>
  </div>
)
SilenceRow.props = ['silence']
