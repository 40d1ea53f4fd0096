import { onScopeDispose, ref, shallowReactive, watch } from 'vue'
import type { LatestView } from '@ganzhi/contracts/api-views'
import { apiUrl } from './ask.ts'

const SETTLE_MS = 150
const AGAIN_MS = 3_000

/** Latest values of the series that are on the screen, as they change. */
export function useLiveValues(ids: () => readonly number[]) {
  const values = shallowReactive(new Map<number, LatestView>())
  const connected = ref(false)
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function open() {
    source?.close()
    const wanted = ids()
    if (wanted.length === 0) return
    source = new EventSource(apiUrl('/live', { series: wanted.join(',') }))
    source.addEventListener('open', () => (connected.value = true))
    source.addEventListener('latest', (event) => {
      for (const value of JSON.parse(event.data as string) as LatestView[]) values.set(value.series, value)
    })
    source.addEventListener('error', () => {
      connected.value = false
      // A refused stream is closed for good by the browser; a broken one it opens again itself.
      if (source?.readyState === EventSource.CLOSED) later(AGAIN_MS)
    })
  }

  function later(ms: number) {
    clearTimeout(timer)
    timer = setTimeout(open, ms)
  }

  watch(
    () => ids().join(','),
    () => later(SETTLE_MS),
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    source?.close()
  })

  return { values, connected }
}
