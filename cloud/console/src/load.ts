import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import { Refusal } from './ask.ts'

/** What may work later is tried again without anybody asking. */
export const RETRY_MS = 5_000

export interface Loaded<T> {
  readonly data: Ref<T | undefined>
  readonly refusal: Ref<Refusal | undefined>
  readonly loading: Ref<boolean>
  readonly reload: () => void
}

export interface LoadOptions {
  /** Asks again so often while the page is seen; what was shown stays until the answer comes. */
  readonly everyMs?: number
}

/** Loads what `source` names, again whenever it changes; the answer to an older question is thrown away. */
export function useLoad<K, T>(
  source: () => K | undefined,
  load: (key: K, signal: AbortSignal) => Promise<T>,
  { everyMs }: LoadOptions = {},
): Loaded<T> {
  const data = shallowRef<T>()
  const refusal = shallowRef<Refusal>()
  const loading = ref(false)
  let current = new AbortController()
  let again: ReturnType<typeof setTimeout> | undefined

  async function run(key: K | undefined) {
    current.abort()
    clearTimeout(again)
    const mine = (current = new AbortController())
    if (key === undefined) {
      data.value = undefined
      return
    }
    loading.value = true
    try {
      const answer = await load(key, mine.signal)
      if (mine.signal.aborted) return
      data.value = answer
      refusal.value = undefined
    } catch (error) {
      if (mine.signal.aborted) return
      refusal.value = asRefusal(error)
      if (refusal.value.problem.retryable) again = setTimeout(() => void run(source()), RETRY_MS)
    }
    loading.value = false
  }

  watch(
    () => JSON.stringify(source()),
    () => {
      data.value = undefined
      refusal.value = undefined
      void run(source())
    },
    { immediate: true },
  )

  const timer = everyMs && setInterval(() => document.hidden || void run(source()), everyMs)
  onScopeDispose(() => {
    clearInterval(timer)
    clearTimeout(again)
    current.abort()
  })

  return { data, refusal, loading, reload: () => void run(source()) }
}

export function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal({ code: 'internal', title: String(error) })
}
