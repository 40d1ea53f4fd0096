import type { AreaView } from '@ganzhi/contracts/area'
import { computed, defineComponent, onMounted, reactive, ref, watch } from 'vue'
import { areaName } from '../area-text.ts'
import { ask } from '../ask.ts'
import { Icon } from '../frame/icon.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { go, place } from '../place.ts'

const MOST = 500

/** The areas from the top down; what lies below one is asked for when it is opened. Arrow keys choose, open and close. */
export const AreaTree = defineComponent(() => {
  const tree = ref<HTMLElement>()
  const opened = reactive(new Set<string>())
  const { data, refusal, reload } = useLoad(
    () => 'top',
    (_key, signal) => ask<Page<AreaView>>('/areas', { depth: 1, limit: MOST }, signal),
  )
  const chosen = useLoad(
    () => place.area,
    (area, signal) => ask<AreaView>(`/areas/${area}`, {}, signal),
  )
  watch(data, (top) => {
    const [first] = top?.items ?? []
    if (!first) return
    opened.add(first.id)
    if (place.area === undefined) go({ area: first.id }, 'replace')
  })
  watch(chosen.data, (area) => {
    for (const above of area?.path.slice(0, -1) ?? []) opened.add(above)
  })

  function onKeydown(event: KeyboardEvent) {
    const items = [...(tree.value?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])]
    const at = items.findIndex(({ dataset }) => dataset['area'] === place.area)
    const here = items[at]
    const isOpen = here?.ariaExpanded === 'true'
    const wanted = {
      ArrowDown: () => items[at + 1],
      ArrowUp: () => items[at - 1],
      Home: () => items[0],
      End: () => items.at(-1),
      ArrowRight: () => (isOpen ? items[at + 1] : void opened.add(place.area ?? '')),
      ArrowLeft: () =>
        isOpen
          ? void opened.delete(place.area ?? '')
          : (here?.parentElement?.closest<HTMLElement>('[role=treeitem]') ?? undefined),
    }[event.key]
    if (!wanted) return
    event.preventDefault()
    const next = wanted()
    if (!next) return
    go({ area: next.dataset['area'] })
    next.firstElementChild?.scrollIntoView({ block: 'nearest' })
  }

  return () => {
    const top = data.value?.items
    if (!top) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
    if (top.length === 0) return <Empty icon="empty" title={t('noAreas')} hint={t('noAreasHint')} />
    return (
      <ul
        ref={tree}
        class="area-tree"
        role="tree"
        tabindex="0"
        aria-label={t('areas')}
        aria-activedescendant={place.area && idOf(place.area)}
        onKeydown={onKeydown}
      >
        {top.map((area) => (
          <AreaBranch key={area.id} area={area} opened={opened} />
        ))}
      </ul>
    )
  }
})

const AreaBranch = defineComponent(
  (props: { area: AreaView; opened: Set<string> }) => {
    const row = ref<HTMLElement>()
    const isOpen = computed(() => props.opened.has(props.area.id))
    onMounted(() => {
      if (props.area.id === place.area) row.value?.scrollIntoView({ block: 'nearest' })
    })
    const { data } = useLoad(
      () => (isOpen.value ? props.area.id : undefined),
      (within, signal) => ask<Page<AreaView>>('/areas', { within, depth: 1, limit: MOST }, signal),
    )

    return () => {
      const { id, path, level } = props.area
      // The area itself stands first.
      const below = data.value?.items.slice(1)
      const mayOpen = level !== 'grid' && below?.length !== 0
      return (
        <li
          id={idOf(id)}
          data-area={id}
          role="treeitem"
          aria-selected={id === place.area}
          aria-expanded={mayOpen ? isOpen.value : undefined}
        >
          <div
            ref={row}
            class="area-row"
            style={{ '--depth': path.length - 1 }}
            onClick={() => {
              props.opened.add(id)
              go({ area: id })
            }}
          >
            <span
              class="area-opener"
              aria-hidden="true"
              onClick={(event: Event) => {
                event.stopPropagation()
                if (!props.opened.delete(id)) props.opened.add(id)
              }}
            >
              {mayOpen ? <Icon name={isOpen.value ? 'down' : 'right'} /> : null}
            </span>
            <span class="row-name">{areaName(props.area)}</span>
            <span class="muted small push">{t(`level.${level}`)}</span>
          </div>
          {isOpen.value && below && (
            <ul role="group">
              {below.map((area) => (
                <AreaBranch key={area.id} area={area} opened={props.opened} />
              ))}
              {data.value?.next && (
                <li class="muted small area-row" role="none">
                  {t('firstOnly', { n: MOST })}
                </li>
              )}
            </ul>
          )}
        </li>
      )
    }
  },
  { props: ['area', 'opened'] },
)

function idOf(area: string): string {
  return `area-${area}`
}
