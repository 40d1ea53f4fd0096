import { defineComponent } from 'vue'
import { Empty } from '../frame/notice.tsx'
import { Page } from '../frame/page.tsx'
import { t } from '../language.ts'
import { place } from '../place.ts'
import { IncidentList } from './incident-list.tsx'
import { IncidentPanel } from './incident-panel.tsx'

export const IncidentsPage = defineComponent(() => () => (
  <Page chosen={place.incident !== undefined}>
    {{
      side: () => <IncidentList />,
      content: () =>
        place.incident ? (
          <IncidentPanel key={place.incident.incident} {...place.incident} />
        ) : (
          <Empty icon="camera" title={t('chooseIncident')} hint={t('chooseIncidentHint')} />
        ),
    }}
  </Page>
))
