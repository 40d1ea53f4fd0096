const DAY_MS = 86_400_000

/** `2026-02-30` is none. */
export function isDate(date: string): boolean {
  const at = Date.parse(date)
  return Number.isFinite(at) && dateOf(at) === date
}

export function isWeekend(date: string): boolean {
  return [0, 6].includes(new Date(date).getUTCDay())
}

/** From the first up to and with the last. */
export function datesBetween(first: string, last: string): string[] {
  const begin = Date.parse(first)
  return Array.from({ length: (Date.parse(last) - begin) / DAY_MS + 1 }, (_, i) => dateOf(begin + i * DAY_MS))
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
