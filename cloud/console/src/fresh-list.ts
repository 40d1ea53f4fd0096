import { computed, type Ref, ref } from 'vue'
import { ask, type Query, type Refusal } from './ask.ts'
import { useLoad } from './load.ts'
import type { Page } from './paged.ts'

const EVERY_MS = 5_000
const STEP = 100
const MOST = 500

export interface FreshList<T> {
  readonly items: Ref<readonly T[] | undefined>
  /** There are more than are shown. */
  readonly more: Ref<boolean>
  /** More are there than will ever be shown: so many. */
  readonly most: Ref<number | undefined>
  readonly refusal: Ref<Refusal | undefined>
  readonly reload: () => void
  readonly loadMore: () => void
}

/** The beginning of a list, as it is now: asked for anew as a whole again and again, so that it has no seams. */
export function useFreshList<T>(path: string, query: () => Query): FreshList<T> {
  const limit = ref(STEP)
  const { data, refusal, reload } = useLoad(
    query,
    (asked, signal) => ask<Page<T>>(path, { ...asked, limit: limit.value }, signal),
    { everyMs: EVERY_MS },
  )
  const items = computed(() => data.value?.items)
  const more = computed(() => data.value?.next != null)
  const most = computed(() => (items.value?.length === MOST && more.value ? MOST : undefined))

  function loadMore() {
    const shown = items.value?.length ?? 0
    if (!more.value || shown < limit.value || limit.value === MOST) return
    limit.value = Math.min(MOST, limit.value + STEP)
    reload()
  }
  return { items, more, most, refusal, reload, loadMore }
}
