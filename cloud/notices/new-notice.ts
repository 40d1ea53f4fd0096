import type { Notice, NoticeAlarm } from '@ganzhi/contracts/notice'
import { rankOf } from './episode.ts'
import { noticeText } from './notice-text.ts'

/** Alarms that a notice names; the others are counted. */
export const MOST_NAMED = 100

/** One that has no number as yet. */
export interface NewNotice {
  readonly notice: Omit<Notice, 'id'>
  /** Of all alarms it is about. */
  readonly ids: readonly string[]
}

type Facts = Pick<Notice, 'kind' | 'severity' | 'rule' | 'area' | 'gateway' | 'withheldBy'> &
  Partial<Pick<Notice, 'escalation' | 'digest'>> & {
    readonly at: number
    /** The first of them, at least as many as are named. */
    readonly alarms: readonly NoticeAlarm[]
    readonly ids: readonly string[]
  }

export function newNotice({ at, alarms, ids, escalation = null, digest = null, ...facts }: Facts): NewNotice {
  const notice = {
    ...facts,
    at: new Date(at).toISOString(),
    count: ids.length,
    alarms: alarms.toSorted((a, b) => rankOf(b.severity) - rankOf(a.severity)).slice(0, MOST_NAMED),
    escalation,
    digest,
  }
  return { notice: { ...notice, text: noticeText(notice) }, ids }
}
