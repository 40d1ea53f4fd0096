import { type Component, defineComponent, h, onMounted } from 'vue'
import { AlarmsPage } from './alarms/alarms-page.tsx'
import { ask } from './ask.ts'
import { Loading } from './frame/notice.tsx'
import { IncidentsPage } from './incidents/incidents-page.tsx'
import { IndicatorsPage } from './indicators/indicators-page.tsx'
import { LivePage } from './live/live-page.tsx'
import { LoginPage } from './login/login-page.tsx'
import { NoticesPage } from './notices/notices-page.tsx'
import { type PageName, place } from './place.ts'
import { RulesPage } from './rules/rules-page.tsx'
import { person } from './session.ts'

const PAGE_OF: Readonly<Record<PageName, Component>> = {
  live: LivePage,
  alarms: AlarmsPage,
  incidents: IncidentsPage,
  indicators: IndicatorsPage,
  rules: RulesPage,
  notices: NoticesPage,
}

export const App = defineComponent(() => {
  onMounted(async () => {
    // A refusal means that nobody is logged in; a platform that is away is said by the login page.
    person.value = await ask<{ name: string }>('/me', {}).catch(() => null)
  })
  return () => {
    if (person.value === undefined) return <Loading />
    if (person.value === null) return <LoginPage />
    return h(PAGE_OF[place.page])
  }
})
