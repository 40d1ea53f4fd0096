import {
  type VNodeChild,
  computed,
  defineComponent,
  nextTick,
  onMounted,
  onScopeDispose,
  ref,
  useId,
  watch,
} from 'vue'

export interface VirtualListProps<T> {
  readonly items: readonly T[]
  readonly rowHeight: number
  readonly label: string
  readonly keyOf: (item: T) => string | number
  readonly selected: string | number | undefined
  readonly row: (item: T) => VNodeChild
  readonly onChoose: (item: T) => void
  /** Called when the end comes into sight. */
  readonly onEnd?: () => void
  /** Called with what is on the screen, for those who load by that. */
  readonly onSee?: (items: readonly T[]) => void
}

const SPARE_ROWS = 6

/** Draws the rows that are in sight and no others: ten thousand cost what thirty do. Arrow keys choose. */
export const VirtualList = defineComponent(
  <T,>(props: VirtualListProps<T>) => {
    const id = useId()
    const box = ref<HTMLElement>()
    const top = ref(0)
    const height = ref(600)

    const first = computed(() => Math.max(0, Math.floor(top.value / props.rowHeight) - SPARE_ROWS))
    const count = computed(() => Math.ceil(height.value / props.rowHeight) + 2 * SPARE_ROWS)
    const seen = computed(() => props.items.slice(first.value, first.value + count.value))
    const active = computed(() => props.items.findIndex((item) => props.keyOf(item) === props.selected))

    const watcher = new ResizeObserver(([entry]) => {
      height.value = entry?.contentRect.height ?? height.value
    })
    onMounted(() => {
      if (box.value) watcher.observe(box.value)
      reveal(active.value)
    })
    onScopeDispose(() => watcher.disconnect())

    watch(
      [seen, () => props.items.length],
      () => {
        props.onSee?.(seen.value)
        if (first.value + count.value >= props.items.length) props.onEnd?.()
      },
      { immediate: true },
    )

    function reveal(index: number) {
      const element = box.value
      if (!element || index < 0) return
      const [from, to] = [index * props.rowHeight, (index + 1) * props.rowHeight]
      if (from < element.scrollTop) element.scrollTop = from
      else if (to > element.scrollTop + element.clientHeight) element.scrollTop = to - element.clientHeight
    }

    function choose(index: number) {
      const bounded = Math.min(Math.max(index, 0), props.items.length - 1)
      const item = props.items[bounded]
      if (item === undefined) return
      props.onChoose(item)
      void nextTick(() => reveal(bounded))
    }

    function onKeydown(event: KeyboardEvent) {
      const page = Math.max(1, Math.floor(height.value / props.rowHeight) - 1)
      const target = {
        ArrowDown: active.value + 1,
        ArrowUp: active.value < 0 ? 0 : active.value - 1,
        PageDown: active.value + page,
        PageUp: active.value - page,
        Home: 0,
        End: props.items.length - 1,
      }[event.key]
      if (target === undefined) return
      event.preventDefault()
      choose(target)
    }

    return () => (
      <div
        ref={box}
        class="virtual-list"
        role="listbox"
        tabindex="0"
        aria-label={props.label}
        aria-activedescendant={active.value < 0 ? undefined : `${id}-${active.value}`}
        onScroll={() => (top.value = box.value?.scrollTop ?? 0)}
        onKeydown={onKeydown}
      >
        <div style={{ height: `${props.items.length * props.rowHeight}px` }}>
          {seen.value.map((item, i) => (
            <div
              key={props.keyOf(item)}
              id={`${id}-${first.value + i}`}
              class="virtual-row"
              role="option"
              aria-selected={props.keyOf(item) === props.selected}
              aria-setsize={props.items.length}
              aria-posinset={first.value + i + 1}
              style={{ top: `${(first.value + i) * props.rowHeight}px`, height: `${props.rowHeight}px` }}
              onClick={() => props.onChoose(item)}
            >
              {props.row(item)}
            </div>
          ))}
        </div>
      </div>
    )
  },
  { props: ['items', 'rowHeight', 'label', 'keyOf', 'selected', 'row', 'onChoose', 'onEnd', 'onSee'] },
)
