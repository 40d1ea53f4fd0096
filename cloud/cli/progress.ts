import type { Terminal } from './terminal.ts'

const REDRAW_MS = 200
const BAR_COLUMNS = 24

export interface Progress {
  tell(what: string, done: number, total?: number): void
  end(): void
}

/** How far something is, where somebody watches and it takes a while. */
export function openProgress({ status }: Terminal): Progress {
  let drawnAt = performance.now()
  let drawn = false
  return {
    tell(what, done, total) {
      const now = performance.now()
      if (!status || now - drawnAt < REDRAW_MS) return
      drawnAt = now
      drawn = true
      const share = total === undefined ? undefined : Math.min(1, done / Math.max(1, total))
      const filled = Math.round((share ?? 0) * BAR_COLUMNS)
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_COLUMNS - filled)
      status(
        share === undefined
          ? `${what} ${done.toLocaleString('en')}`
          : `${what} ${bar} ${Math.floor(share * 100)} %`,
      )
    },
    end: () => (drawn ? status?.('') : undefined),
  }
}
