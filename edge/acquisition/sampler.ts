import type { Deadband } from '@ganzhi/contracts/profile'
import type { Sample } from './measure.ts'

export interface SamplerRules {
  readonly deadband?: Deadband
  readonly minReportMs?: number
  readonly maxReportMs?: number
  readonly counter?: boolean
}

/** Decides of one point whether a sample is to be sent. Intervals go by `steadyMs`: wall clocks jump. */
export type Sampler = (sample: Sample, steadyMs: number) => boolean

/** Reports by exception, measured against what was last *sent*, so that a slow drift can't hide below a deadband. */
export function sampler(rules: SamplerRules): Sampler {
  let sent: Sample | undefined
  let sentAt = 0
  return (sample, steadyMs) => {
    const news = sent === undefined || isNews(rules, sent, sample, steadyMs - sentAt)
    if (news) {
      sent = sample
      sentAt = steadyMs
    }
    return news
  }
}

function isNews(rules: SamplerRules, sent: Sample, sample: Sample, sinceMs: number): boolean {
  const { deadband, minReportMs = 0, maxReportMs = Infinity, counter = false } = rules
  if (sample.quality !== sent.quality || (sample.value === null) !== (sent.value === null)) return true
  // Bad is said once; it is true until something else is said.
  if (sample.value === null) return false
  if (sinceMs >= maxReportMs) return true
  if (counter && deadband) return sample.value !== sent.value
  if (sinceMs < minReportMs) return false
  return deadband === undefined || moved(deadband, sent.value, sample.value)
}

function moved({ absolute, percent = 0 }: Deadband, from: Sample['value'], to: Sample['value']): boolean {
  if (typeof from !== 'number' || typeof to !== 'number') return from !== to
  return Math.abs(to - from) > (absolute ?? (percent / 100) * Math.abs(from))
}
