import { createApp } from 'vue'
import { App } from './app.tsx'
import './theme.ts'
import './style/tokens.css'
import './style/frame.css'
import './style/live.css'

createApp(App).mount('#app')
