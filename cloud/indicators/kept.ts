import type { Period } from '@ganzhi/contracts/indicator'

/** How far back values are computed and kept. Long enough for what they are compared with, of a week or a year before. */
export const KEPT_DAYS: Readonly<Record<Period, number>> = { hour: 31, day: 400, week: 800, month: 3_660 }
