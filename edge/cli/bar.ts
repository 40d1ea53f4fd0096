/** `████████░░░░`; what goes beyond the whole fills it. */
export function bar(share: number, columns: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * columns)
  return '█'.repeat(full) + '░'.repeat(columns - full)
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`: as exact as a person needs. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `500 ms`, `5 s`, `15 min`: as it was asked for. */
export function intervalText(ms: number): string {
  if (ms < 1_000) return `${ms} ms`
  return ms < 60_000 || ms % 60_000 > 0 ? `${ms / 1_000} s` : `${ms / 60_000} min`
}
