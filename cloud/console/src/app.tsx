import { defineComponent, onMounted } from 'vue'
import { ask } from './ask.ts'
import { Loading } from './frame/notice.tsx'
import { IncidentsPage } from './incidents/incidents-page.tsx'
import { LivePage } from './live/live-page.tsx'
import { LoginPage } from './login/login-page.tsx'
import { place } from './place.ts'
import { person } from './session.ts'

export const App = defineComponent(() => {
  onMounted(async () => {
    // A refusal means that nobody is logged in; a platform that is away is said by the login page.
    person.value = await ask<{ name: string }>('/me', {}).catch(() => null)
  })
  return () => {
    if (person.value === undefined) return <Loading />
    if (person.value === null) return <LoginPage />
    return place.page === 'live' ? <LivePage /> : <IncidentsPage />
  }
})
