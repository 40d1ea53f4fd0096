import type { FunctionalComponent, VNodeChild } from 'vue'

/** What a list holds, how many of it are here, and whether there are more. */
export const ListHead: FunctionalComponent<{
  title: string
  count: number | undefined
  more: boolean
  end?: VNodeChild
}> = ({ title, count, more, end }) => (
  <header class="side-head">
    <h2>{title}</h2>
    <span class="count">
      {count?.toLocaleString()}
      {more && '+'}
    </span>
    {end}
  </header>
)
ListHead.props = ['title', 'count', 'more', 'end']
