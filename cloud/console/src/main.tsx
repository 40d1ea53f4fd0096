import { createApp } from 'vue'
import { App } from './app.tsx'
import './theme.ts'
import './style/tokens.css'
import './style/frame.css'
import './style/live.css'
import './style/incidents.css'
import './style/alarms.css'
import './style/rules.css'
import './style/notices.css'
import './style/indicators.css'

createApp(App).mount('#app')
