import type { SilenceView } from '@ganzhi/contracts/silence'
import { t } from '../language.ts'

/** Of which alarms nobody is told. */
export function scopeOf({ for: scope, rule, upTo }: Pick<SilenceView, 'for' | 'rule' | 'upTo'>): string {
  const { area, tag, gateway, device, profile } = scope
  const parts = [
    area && `${t('area')} ${area}`,
    gateway && `${t('gateway')} ${gateway}`,
    device && `${t('device')} ${device}`,
    tag && `${t('tag')} ${tag}`,
    profile,
    rule && `${t('rule')} ${rule}`,
    upTo && `${t('silenceUpTo')} ${t(`severity.${upTo}`)}`,
  ]
  return parts.filter(Boolean).join(' · ') || t('silenceAll')
}
