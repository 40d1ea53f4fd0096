export type TimeTeller = (at: string, beside?: string) => string

/** By the clock of a zone; beside another time of the same day without the date. */
export function timeTeller(timeZone: string): TimeTeller {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return (at, beside) => {
    const time = format.format(new Date(at))
    const same = beside !== undefined && format.format(new Date(beside)).slice(0, 10) === time.slice(0, 10)
    return same ? time.slice(11) : time
  }
}
