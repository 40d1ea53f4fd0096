import uPlot from 'uplot'
import { showNumber } from '../show.ts'
import { drawFires, drawThresholds, NO_OVERLAY, type Overlay, shadeAlarms } from './curve-overlay.ts'
import { type Curve, silenceOf } from './curve.ts'

export interface CurvePlot extends Disposable {
  draw(curve: Curve, fromSeconds: number, toSeconds: number, overlay: Overlay): void
}

export interface CurvePlotOptions {
  /** Held until the next sample, as for switches. */
  readonly stepped: boolean
  readonly onHover: (index: number | undefined) => void
}

const FONT = '12px system-ui, sans-serif'

/** A uPlot in the colours of the page, as large as its box. */
export function openCurvePlot(box: HTMLElement, { stepped, onHover }: CurvePlotOptions): CurvePlot {
  let curve: Curve = { seconds: [], values: [], doubtful: [] }
  let span = { min: 0, max: 1 }
  let overlay = NO_OVERLAY
  const colour = (name: string) => getComputedStyle(box).getPropertyValue(name).trim()

  const axis = { font: FONT, stroke: () => colour('--muted'), ticks: { show: false }, gap: 6 }
  const grid = { stroke: () => colour('--line'), width: 1 }
  const plot = new uPlot(
    {
      width: Math.max(box.clientWidth, 100),
      height: Math.max(box.clientHeight, 100),
      padding: [12, 20, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false }, points: { size: 8 } },
      scales: {
        x: { range: () => [span.min, span.max] },
        y: { range: (_plot, min, max) => roomAround(...withThresholds(min, max, overlay)) },
      },
      axes: [
        { ...axis, grid: { show: false }, values: clockLabels, space: 60, size: 30 },
        { ...axis, grid, size: 58, values: (_plot, ticks) => ticks.map((tick) => showNumber(tick, null)) },
      ],
      series: [
        {},
        {
          stroke: () => colour('--accent'),
          fill: () => colour('--accent-veil'),
          width: 1.75,
          points: { show: (_plot, _series, from, to) => to - from < 40, size: 5 },
          gaps: (u, _series, from, to, nulls) =>
            stepped ? nulls : withSilences(u, curve, [from, to], nulls),
          ...(stepped && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
        },
      ],
      hooks: {
        drawClear: [
          (u) => shadeDoubtful(u, curve, colour('--doubt-veil')),
          (u) => shadeAlarms(u, overlay, span.max, colour),
        ],
        draw: [(u) => drawThresholds(u, overlay, colour), (u) => drawFires(u, overlay, colour)],
        setCursor: [(u) => onHover(u.cursor.idx ?? undefined)],
      },
    },
    [[], []],
    box,
  )

  const sizing = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: box.clientHeight }))
  sizing.observe(box)

  function clockLabels(_plot: uPlot, ticks: number[]): string[] {
    const days = span.max - span.min > 2 * 86_400
    const years = span.max - span.min > 200 * 86_400
    const seconds = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 60
    return ticks.map((tick) => {
      const at = new Date(tick * 1000)
      const two = (n: number) => String(n).padStart(2, '0')
      const clock = `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`
      if (years) return `${at.getFullYear()}-${two(at.getMonth() + 1)}`
      return days && clock === '00:00' ? `${two(at.getMonth() + 1)}-${two(at.getDate())}` : clock
    })
  }

  return {
    draw(next, min, max, over) {
      curve = next
      overlay = over
      span = { min, max }
      plot.setData([next.seconds, next.values])
    },
    [Symbol.dispose]() {
      sizing.disconnect()
      plot.destroy()
    },
  }
}

/** A threshold that nothing has come near is shown all the same. */
function withThresholds(
  min: number | null,
  max: number | null,
  { thresholds }: Overlay,
): [number | null, number | null] {
  if (min === null || max === null) return [min, max]
  const values = thresholds.map(({ value }) => value)
  return [Math.min(min, ...values), Math.max(max, ...values)]
}

/** A flat line lies in the middle, and no line on the edge. */
function roomAround(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1]
  const room = (max - min || Math.abs(max) * 0.1 || 1) * 0.08
  return [min - room, max + room]
}

function withSilences(
  plot: uPlot,
  { seconds }: Curve,
  [from, to]: readonly [number, number],
  nulls: uPlot.Series.Gaps,
): uPlot.Series.Gaps {
  const silence = silenceOf(seconds)
  const silences: uPlot.Series.Gaps = []
  for (let i = Math.max(from, 1); i <= to; i++) {
    const [before, at] = [seconds[i - 1] ?? 0, seconds[i] ?? 0]
    if (at - before <= silence) continue
    silences.push([Math.round(plot.valToPos(before, 'x', true)), Math.round(plot.valToPos(at, 'x', true))])
  }
  return [...nulls, ...silences].sort(([a], [b]) => a - b)
}

function shadeDoubtful(plot: uPlot, { doubtful }: Curve, colour: string): void {
  const { left, top, width, height } = plot.bbox
  plot.ctx.save()
  plot.ctx.fillStyle = colour
  for (const [from, to] of doubtful) {
    const start = Math.max(left, plot.valToPos(from, 'x', true))
    const end = Number.isFinite(to) ? plot.valToPos(to, 'x', true) : left + width
    const right = Math.min(left + width, end)
    if (right > start) plot.ctx.fillRect(start, top, right - start, height)
  }
  plot.ctx.restore()
}
