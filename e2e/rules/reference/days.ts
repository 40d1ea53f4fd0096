/** 国办发明电〔2024〕12号, 〔2025〕7号: the days about which cases are made, copied by hand; weekends are holidays anyway. */
const HOLIDAYS: readonly string[] = [
  '2025-10-01',
  '2025-10-02',
  '2025-10-03',
  '2025-10-06',
  '2025-10-07',
  '2025-10-08',
  '2026-02-16',
  '2026-02-17',
  '2026-02-18',
  '2026-02-19',
  '2026-02-20',
  '2026-02-23',
]
const WORKING_WEEKENDS: readonly string[] = ['2025-09-28', '2025-10-11', '2026-02-14', '2026-02-28']

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** `named`: of a span; every day where none are. */
export function isOneOf(date: string, named: readonly string[] | undefined): boolean {
  if (!named) return true
  const weekday = WEEK[new Date(`${date}T00:00:00Z`).getUTCDay()]
  const weekend = weekday === 'sat' || weekday === 'sun'
  const workday = weekend ? WORKING_WEEKENDS.includes(date) : !HOLIDAYS.includes(date)
  return named.some((day) => day === weekday || day === (workday ? 'workday' : 'holiday'))
}

export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
