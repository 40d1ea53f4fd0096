import type { ApiClient } from './api-client.ts'

/** What a list of the API is narrowed by, as it was typed; what was not is not asked for. */
export type Narrowing = Readonly<Record<string, string | undefined>>

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins. */
  readonly next: string | null
}

const AT_ONCE = '500'

/** One page of a list. */
export async function listed<Item>(
  api: ApiClient,
  path: string,
  narrowing: Narrowing & { readonly limit: string },
): Promise<Page<Item>> {
  const given = Object.entries(narrowing).filter((field): field is [string, string] => field[1] !== undefined)
  return (await api.call('GET', `${path}?${new URLSearchParams(given).toString()}`)) as Page<Item>
}

/** All of a list, page after page. */
export async function allListed<Item>(api: ApiClient, path: string, narrowing: Narrowing): Promise<Item[]> {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page: Page<Item> = await listed(api, path, { ...narrowing, limit: AT_ONCE, after })
    items.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined)
  return items
}
