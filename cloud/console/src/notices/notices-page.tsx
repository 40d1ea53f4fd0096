import type { Notice } from '@ganzhi/contracts/notice'
import { defineComponent } from 'vue'
import { Empty } from '../frame/notice.tsx'
import { Page } from '../frame/page.tsx'
import { Segments } from '../frame/segments.tsx'
import { t } from '../language.ts'
import { useFreshList } from '../fresh-list.ts'
import { go, NEW, NOTICE_TABS, place } from '../place.ts'
import { NewSilence } from './new-silence.tsx'
import { NoticeList } from './notice-list.tsx'
import { NoticePanel } from './notice-panel.tsx'
import { PolicyPanel } from './policy-panel.tsx'
import { SilenceList } from './silence-list.tsx'
import { SilencePanel } from './silence-panel.tsx'

/** What people are told of alarms, and when nobody is. */
export const NoticesPage = defineComponent(() => {
  const notices = useFreshList<Notice>('/notices', () => ({}))

  const isChosen = () => {
    if (place.tab === 'policy') return true
    return (place.tab === 'notices' ? place.notice : place.silence) !== undefined
  }

  const list = () => {
    if (place.tab === 'notices') return <NoticeList notices={notices} />
    if (place.tab === 'silences') return <SilenceList />
    return <Empty icon="bell" title={t('policyTitle')} hint={t('policyHint')} />
  }

  const content = () => {
    if (place.tab === 'policy') return <PolicyPanel />
    if (place.tab === 'notices') {
      const notice = notices.items.value?.find(({ id }) => id === place.notice)
      if (notice) return <NoticePanel notice={notice} />
      return <Empty icon="bell" title={t('chooseNotice')} hint={t('chooseNoticeHint')} />
    }
    if (place.silence?.startsWith(NEW))
      return <NewSilence key={place.silence} wanted={place.silence.slice(1)} />
    if (place.silence !== undefined) return <SilencePanel key={place.silence} id={place.silence} />
    return <Empty icon="quiet" title={t('chooseSilence')} hint={t('chooseSilenceHint')} />
  }

  return () => (
    <Page chosen={isChosen()}>
      {{
        side: () => (
          <section class="listing">
            <div class="filters tabs">
              <Segments
                label={t('noticeTabs')}
                names={NOTICE_TABS}
                chosen={place.tab}
                textOf={(tab) => t(tab)}
                onChoose={(tab) => go({ tab })}
              />
            </div>
            {list()}
          </section>
        ),
        content,
      }}
    </Page>
  )
})
