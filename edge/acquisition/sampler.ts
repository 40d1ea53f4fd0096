import type { Deadband } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
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
  let readAt = 0
  return (sample, steadyMs) => {
    const since = { sentMs: steadyMs - sentAt, readMs: steadyMs - readAt }
    const news = sent === undefined || isNews(rules, sent, sample, since)
    readAt = steadyMs
    if (news) {
      sent = sample
      sentAt = steadyMs
    }
    return news
  }
}

/** Since the last one was sent, and since one was read. */
interface Since {
  readonly sentMs: number
  readonly readMs: number
}

function isNews(rules: SamplerRules, sent: Sample, sample: Sample, since: Since): boolean {
  const { deadband, minReportMs = 0, maxReportMs = Infinity, counter = false } = rules
  if (sample.quality !== sent.quality || (sample.value === null) !== (sent.value === null)) return true
  // Bad is said once; it is true until something else is said.
  if (sample.value === null) return false
  if (since.sentMs >= maxReportMs) return true
  if (counter && deadband) return sample.value !== sent.value
  if (since.sentMs < minReportMs) return false
  return deadband === undefined || moved(deadband, sent.value, sample.value, since.readMs)
}

function moved(deadband: Deadband, from: Value, to: Value, readMs: number): boolean {
  if (typeof from !== 'number' || typeof to !== 'number') return from !== to
  return Math.abs(to - from) > widthOf(deadband, from, readMs)
}

function widthOf({ absolute, percent, perSecond = 0 }: Deadband, sent: number, readMs: number): number {
  if (absolute !== undefined) return absolute
  if (percent !== undefined) return (percent / 100) * Math.abs(sent)
  // By the time between two readings, not since the last sent: a jump after a quiet hour would look slow.
  return (perSecond * readMs) / 1_000
}
