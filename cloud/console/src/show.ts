import { onScopeDispose, ref } from 'vue'
import type { PointView } from '@ganzhi/contracts/api-views'
import { t, tOr } from './language.ts'

export function useNow() {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), 1_000)
  onScopeDispose(() => clearInterval(timer))
  return now
}

export function showAge(at: string | number, now: number): string {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000)
  if (seconds < -5) return t('ahead')
  if (seconds < 2) return t('justNow')
  if (seconds < 60) return t('secondsAgo', { n: seconds })
  if (seconds < 3_600) return t('minutesAgo', { n: Math.floor(seconds / 60) })
  if (seconds < 86_400) return t('hoursAgo', { n: Math.floor(seconds / 3_600) })
  return t('daysAgo', { n: Math.floor(seconds / 86_400) })
}

export function showSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return t('seconds', { n: seconds })
  if (seconds < 3_600) return t('minutes', { n: Math.round(seconds / 60) })
  if (seconds < 86_400) return t('hours', { n: Math.round(seconds / 360) / 10 })
  return t('days', { n: Math.round(seconds / 8_640) / 10 })
}

/** What the platform itself calls so has a name; the others are shown as their profiles have them. */
export function showProperty(property: string): string {
  return tOr(`property.${property}`, property)
}

export function showValue(value: unknown, point: Pick<PointView, 'type' | 'decimals'>): string {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (typeof value === 'number') return showNumber(value, point.decimals)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function showNumber(value: number, decimals: number | null): string {
  if (decimals !== null) return value.toFixed(decimals)
  if (Number.isInteger(value)) return String(value)
  return Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3
    ? value.toExponential(3)
    : Number(value.toPrecision(6)).toString()
}

export function showTime(at: string | number): string {
  // Swedish writes 2026-11-21 08:00:05, which nobody misreads.
  return new Date(at).toLocaleString('sv-SE')
}

export function showBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${units[power]}`
}
