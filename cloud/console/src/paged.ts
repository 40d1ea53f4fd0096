import { type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { type Refusal } from './ask.ts'
import { RETRY_MS, asRefusal } from './load.ts'

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
  /** Asks again for the pages on which these stand. */
  readonly refresh: (seen: readonly T[]) => void
}

interface LoadedPage<T> extends Page<T> {
  readonly after: string | undefined
}

/** A list that grows page by page as somebody scrolls, and begins anew when `source` changes. */
export function usePaged<K, T>(
  source: () => K,
  load: (key: K, after: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
): Paged<T> {
  const pages = shallowRef<readonly LoadedPage<T>[]>([])
  const refusal = shallowRef<Refusal>()
  const loading = ref(false)
  let current = new AbortController()
  let again: ReturnType<typeof setTimeout> | undefined

  const last = computed(() => pages.value.at(-1))
  const more = computed(() => last.value === undefined || last.value.next !== null)

  /** What was asked before the list began anew is thrown away. */
  async function put(at: number, after: string | undefined) {
    const mine = current
    try {
      const page = await load(source(), after, mine.signal)
      if (mine.signal.aborted) return
      pages.value = pages.value.toSpliced(at, 1, { ...page, after })
      refusal.value = undefined
    } catch (error) {
      if (!mine.signal.aborted) refusal.value = asRefusal(error)
    }
  }

  async function loadMore() {
    if (loading.value || !more.value) return
    loading.value = true
    clearTimeout(again)
    const mine = current
    await put(pages.value.length, last.value?.next ?? undefined)
    if (mine !== current) return
    loading.value = false
    if (refusal.value?.problem.retryable) again = setTimeout(() => void loadMore(), RETRY_MS)
  }

  function refresh(seen: readonly T[]) {
    const ofSeen = new Set(seen)
    for (const [at, page] of pages.value.entries()) {
      // The last page stays as long as the next one is on its way, which begins where it ends.
      const busy = loading.value && page === last.value
      if (!busy && page.items.some((item) => ofSeen.has(item))) void put(at, page.after)
    }
  }

  watch(
    () => JSON.stringify(source()),
    () => {
      current.abort()
      clearTimeout(again)
      current = new AbortController()
      pages.value = []
      loading.value = false
      void loadMore()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    current.abort()
    clearTimeout(again)
  })

  const items = computed(() => pages.value.flatMap((page) => page.items))
  return { items, refusal, loading, more, loadMore: () => void loadMore(), refresh }
}
