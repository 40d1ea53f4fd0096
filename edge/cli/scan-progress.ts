import type { Clock } from '@ganzhi/device-drivers/clock'
import type { ScanStep } from '@ganzhi/device-drivers/driver'
import { bar, duration } from './bar.ts'
import { errorText } from './error-text.ts'
import type { Terminal } from './terminal.ts'
import { shortened } from './text-width.ts'

interface ScanSize {
  readonly tries: number
  readonly predictedMs: number
  /** Addresses of a range: most are nobody's, which is not worth a line. */
  readonly among: number
}

const REDRAW_MS = 100
const BAR_COLUMNS = 20

/** Found devices and errors as they come; below them, where somebody watches, how far it is. */
export function scanProgress(
  { tries, predictedMs, among }: ScanSize,
  terminal: Terminal,
  clock: Clock,
): { readonly onStep: (step: ScanStep) => void; readonly end: () => void } {
  const { colours, interactive } = terminal
  const startedAt = clock.elapsed()
  const told = new Set<string>()
  let drawnAt = -Infinity

  function say(text: string): void {
    if (interactive) terminal.status('')
    terminal.err(text)
    drawnAt = -Infinity
  }

  return {
    onStep({ tried, trying, found, error }) {
      if (found) say(colours.good(`✓ 找到 found  ${trying}  ${found.note}`))
      // One port that can't be opened would say so at every try.
      if (error && !(among > 1 && error.code === 'link-down') && !told.has(error.message)) {
        told.add(error.message)
        say(errorText(error, colours))
      }
      const now = clock.elapsed()
      if (!interactive || now - drawnAt < REDRAW_MS) return
      drawnAt = now
      const share = tried / tries
      const pace = share > 0.02 ? (now - startedAt) / share : predictedMs
      const left = Math.max(0, pace * (1 - share))
      const figures = `${bar(share, BAR_COLUMNS)} ${tried}/${tries}  剩余 left ${duration(left)}  `
      terminal.status(shortened(figures + trying, terminal.columns - 1))
    },
    end: () => (interactive ? terminal.status('') : undefined),
  }
}
