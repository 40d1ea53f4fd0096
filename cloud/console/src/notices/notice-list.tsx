import type { Notice } from '@ganzhi/contracts/notice'
import { defineComponent, type FunctionalComponent } from 'vue'
import { SeverityTag } from '../alarms/severity-tag.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { language, t } from '../language.ts'
import type { FreshList } from '../fresh-list.ts'
import { go, place } from '../place.ts'
import { showAge, useNow } from '../show.ts'

const ROW_PX = 76

export const NoticeList = defineComponent(
  (props: { notices: FreshList<Notice> }) => {
    const now = useNow()
    return () => {
      const { items, refusal, reload, loadMore } = props.notices
      if (!items.value)
        return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      if (items.value.length === 0)
        return <Empty icon="bell" title={t('noNotices')} hint={t('noNoticesHint')} />
      return (
        <div class="listing-body">
          <VirtualList
            items={items.value}
            rowHeight={ROW_PX}
            label={t('notices')}
            keyOf={({ id }: Notice) => id}
            selected={place.notice}
            row={(notice: Notice) => <NoticeRow notice={notice} now={now.value} />}
            onChoose={({ id }: Notice) => go({ notice: id })}
            onEnd={loadMore}
          />
        </div>
      )
    }
  },
  { props: ['notices'] },
)

const NoticeRow: FunctionalComponent<{ notice: Notice; now: number }> = ({ notice, now }) => (
  <div class={['row notice-row', notice.withheldBy !== null && 'is-withheld']}>
    <span class="row-main">
      <span class="notice-text">{notice.text[language.value]}</span>
      <span class="row-line">
        {showAge(notice.at, now)} · {t(`notice.${notice.kind}`)}
        {notice.withheldBy !== null && ` · ${t('notTold')}`}
      </span>
    </span>
    <SeverityTag of={notice.kind === 'ended' ? 'clear' : notice.severity} />
  </div>
)
NoticeRow.props = ['notice', 'now']
