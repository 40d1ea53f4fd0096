import { defineComponent, onMounted, onScopeDispose, ref, watch } from 'vue'
import 'uplot/dist/uPlot.min.css'
import { theme } from '../theme.ts'
import { NO_OVERLAY, type Overlay } from './curve-overlay.ts'
import { type CurvePlot, openCurvePlot } from './curve-plot.ts'
import type { Curve } from './curve.ts'

interface CurveBoxProps {
  readonly curve: Curve | undefined
  readonly fromSeconds: number
  readonly toSeconds: number
  readonly stepped: boolean
  readonly overlay?: Overlay
  readonly onHover: (index: number | undefined) => void
}

/** A curve as large as the box it stands in. */
export const CurveBox = defineComponent(
  (props: CurveBoxProps) => {
    const box = ref<HTMLElement>()
    let plot: CurvePlot | undefined

    onMounted(() => {
      if (!box.value) return
      plot = openCurvePlot(box.value, { stepped: props.stepped, onHover: props.onHover })
      draw()
    })
    const draw = () =>
      props.curve && plot?.draw(props.curve, props.fromSeconds, props.toSeconds, props.overlay ?? NO_OVERLAY)
    watch(() => [props.curve, props.toSeconds, props.fromSeconds, props.overlay, theme.value], draw, {
      flush: 'post',
    })
    onScopeDispose(() => plot?.[Symbol.dispose]())

    return () => <div class="curve" ref={box} />
  },
  { props: ['curve', 'fromSeconds', 'toSeconds', 'stepped', 'overlay', 'onHover'] },
)
