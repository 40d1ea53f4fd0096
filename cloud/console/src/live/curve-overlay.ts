import type { Severity } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import type uPlot from 'uplot'
import { rises } from '../alarms/severities.ts'
import { showNumber } from '../show.ts'

/** A line that values cross. */
export interface Threshold {
  readonly value: number
  readonly severity: Severity
  /** It ends what another began. */
  readonly clears: boolean
}

/** When a rule told something. */
export interface Fire {
  readonly seconds: number
  readonly from: AlarmState
  readonly to: AlarmState
}

/** What a rule makes of a curve. */
export interface Overlay {
  readonly thresholds: readonly Threshold[]
  /** In order of time. */
  readonly fires: readonly Fire[]
}

export const NO_OVERLAY: Overlay = { thresholds: [], fires: [] }

type Colour = (name: string) => string

const MARK_PX = 6

export function drawThresholds(plot: uPlot, { thresholds }: Overlay, colour: Colour): void {
  const { ctx, bbox } = plot
  const pixel = devicePixelRatio
  ctx.save()
  ctx.font = `${11 * pixel}px system-ui, sans-serif`
  ctx.textAlign = 'right'
  for (const { value, severity, clears } of thresholds) {
    const y = Math.round(plot.valToPos(value, 'y', true))
    ctx.strokeStyle = ctx.fillStyle = colour(`--severity-${severity}`)
    ctx.globalAlpha = clears ? 0.6 : 0.9
    ctx.lineWidth = pixel
    ctx.setLineDash(clears ? [2 * pixel, 4 * pixel] : [8 * pixel, 4 * pixel])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.fillText(showNumber(value, null), bbox.left + bbox.width - 4 * pixel, y - 4 * pixel)
  }
  ctx.restore()
}

/** A rising mark where an alarm began or became graver, a falling one where it became less so or ended. */
export function drawFires(plot: uPlot, { fires }: Overlay, colour: Colour): void {
  const { ctx, bbox } = plot
  const pixel = devicePixelRatio
  const size = MARK_PX * pixel
  ctx.save()
  ctx.lineWidth = pixel
  for (const { seconds, from, to } of fires) {
    const x = Math.round(plot.valToPos(seconds, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    const up = rises(from, to)
    ctx.strokeStyle = ctx.fillStyle = colour(to === 'clear' ? '--good' : `--severity-${to}`)
    ctx.globalAlpha = 0.7
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.globalAlpha = 1
    const [base, tip] = up ? [bbox.top + 2 * size, bbox.top] : [bbox.top, bbox.top + 2 * size]
    ctx.beginPath()
    ctx.moveTo(x - size, base)
    ctx.lineTo(x + size, base)
    ctx.lineTo(x, tip)
    ctx.fill()
  }
  ctx.restore()
}

/** The time in alarm, in the colour of how grave it was. */
export function shadeAlarms(plot: uPlot, { fires }: Overlay, untilSeconds: number, colour: Colour): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.globalAlpha = 0.1
  for (const [i, { seconds, to }] of fires.entries()) {
    if (to === 'clear') continue
    const left = Math.max(bbox.left, plot.valToPos(seconds, 'x', true))
    const end = plot.valToPos(fires[i + 1]?.seconds ?? untilSeconds, 'x', true)
    const right = Math.min(bbox.left + bbox.width, end)
    ctx.fillStyle = colour(`--severity-${to}`)
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
  ctx.restore()
}
