import { ask, type Query } from './ask.ts'
import type { Page } from './paged.ts'

const PAGE = 500
const MOST = 2_000

/** A list that is put in another order here, and so is needed as a whole; of one that is longer than any should be, its beginning. */
export async function askAll<T>(path: string, query: Query, signal: AbortSignal): Promise<readonly T[]> {
  const items: T[] = []
  let after: string | undefined
  do {
    const page = await ask<Page<T>>(path, { ...query, after, limit: PAGE }, signal)
    items.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined && items.length < MOST)
  return items
}
