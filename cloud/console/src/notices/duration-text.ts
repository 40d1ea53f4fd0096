import { t } from '../language.ts'
import { amountOf } from './amount.ts'

export function showDuration(duration: string): string {
  const { amount, unit } = amountOf(duration)
  return t(`duration.${unit}`, { n: amount })
}
