import type { GapView } from '@ganzhi/contracts/api-views'
import { defineComponent } from 'vue'
import { ask } from '../ask.ts'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { t, tOr } from '../language.ts'
import { type Page, usePaged } from '../paged.ts'
import { showTime } from '../show.ts'
import { rangeText } from './completeness.tsx'

export const GapList = defineComponent(
  (props: { gateway: string }) => {
    const { items, refusal, loading, more, loadMore } = usePaged(
      () => props.gateway,
      (gateway, after, signal) => ask<Page<GapView>>('/gaps', { gateway, after, limit: 50 }, signal),
    )

    const body = () => {
      if (items.value.length === 0) {
        if (refusal.value) return <Trouble refusal={refusal.value} retry={loadMore} />
        if (loading.value || more.value) return <Loading />
        return <Empty icon="check" title={t('noGaps')} hint={t('noGapsHint')} />
      }
      return (
        <ul class="ranges">
          {items.value.map((gap) => (
            <li key={`${gap.lane}${gap.epoch}${gap.first}`}>
              <span class="lane">{tOr(`lane.${gap.lane}`, gap.lane)}</span>
              <code title={gap.epoch}>{rangeText(gap)}</code>
              <span class="muted">{t('records', { n: gap.count })}</span>
              <span class="bad">{tOr(`reason.${gap.reason}`, gap.reason)}</span>
              <time class="muted" datetime={gap.at}>
                {showTime(gap.at)}
              </time>
            </li>
          ))}
          {more.value && (
            <li>
              <button type="button" class="button" disabled={loading.value} onClick={loadMore}>
                …
              </button>
            </li>
          )}
        </ul>
      )
    }

    return () => (
      <section class="gaps-card">
        <header class="card-head">
          <h2>{t('gaps')}</h2>
          <span class="count">
            {items.value.length}
            {more.value && '+'}
          </span>
        </header>
        <div class="gaps-body">{body()}</div>
      </section>
    )
  },
  { props: ['gateway'] },
)
