import type { AlarmView } from '@ganzhi/contracts/alarm-view'
import { t } from '../language.ts'

type Target = Pick<AlarmView, 'area' | 'gateway' | 'device' | 'dimension'>

/** What the alarm is about: a device, a gateway itself, or an area. */
export function targetOf({ area, gateway, device, dimension }: Target): string {
  if (area !== null) return `${t('area')} ${area}`
  return [gateway, device, dimension].filter(Boolean).join(' · ')
}

/** Where it is about a device. */
export function deviceOf({ gateway, device }: Target): { gateway: string; device: string } | undefined {
  return gateway !== null && device !== null ? { gateway, device } : undefined
}
