import { defineComponent } from 'vue'
import { Empty } from '../frame/notice.tsx'
import { Page } from '../frame/page.tsx'
import { t } from '../language.ts'
import { place } from '../place.ts'
import { AlarmList } from './alarm-list.tsx'
import { AlarmPanel } from './alarm-panel.tsx'

export const AlarmsPage = defineComponent(() => () => (
  <Page chosen={place.alarm !== undefined}>
    {{
      side: () => <AlarmList />,
      content: () =>
        place.alarm ? (
          <AlarmPanel key={place.alarm} id={place.alarm} />
        ) : (
          <Empty icon="bell" title={t('chooseAlarm')} hint={t('chooseAlarmHint')} />
        ),
    }}
  </Page>
))
