import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import { type Refusal } from './ask.ts'
import { asRefusal } from './load.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export interface Paged<T> {
  readonly items: Ref<readonly T[]>
  readonly refusal: Ref<Refusal | undefined>
  readonly loading: Ref<boolean>
  readonly more: Ref<boolean>
  /** The next page; does nothing while one is on the way or none is left. */
  readonly loadMore: () => void
}

/** A list that grows page by page as somebody scrolls, and begins anew when `source` changes. */
export function usePaged<K, T>(
  source: () => K,
  load: (key: K, after: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
): Paged<T> {
  const items = shallowRef<readonly T[]>([])
  const refusal = shallowRef<Refusal>()
  const loading = ref(false)
  const more = ref(true)
  let next: string | undefined
  let current = new AbortController()

  async function loadMore() {
    if (loading.value || !more.value) return
    loading.value = true
    const mine = current
    try {
      const page = await load(source(), next, mine.signal)
      if (mine.signal.aborted) return
      items.value = [...items.value, ...page.items]
      next = page.next ?? undefined
      more.value = page.next !== null
      refusal.value = undefined
    } catch (error) {
      if (mine.signal.aborted) return
      refusal.value = asRefusal(error)
    }
    loading.value = false
  }

  watch(
    () => JSON.stringify(source()),
    () => {
      current.abort()
      current = new AbortController()
      items.value = []
      next = undefined
      more.value = true
      loading.value = false
      void loadMore()
    },
    { immediate: true },
  )
  onScopeDispose(() => current.abort())

  return { items, refusal, loading, more, loadMore: () => void loadMore() }
}
