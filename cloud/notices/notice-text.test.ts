import type { NoticeAlarm } from '@ganzhi/contracts/notice'
import { describe, expect, it } from 'vitest'
import { noticeText } from './notice-text.ts'

type Told = Parameters<typeof noticeText>[0]

const names = { zh: '水泵空转', en: 'Pump runs dry' }
const alarm = (device: string | null, more: Partial<NoticeAlarm> = {}): NoticeAlarm => ({
  id: '1',
  rule: { id: 'pump-dry-run', names },
  gateway: 'gw-1',
  device,
  area: null,
  dimension: null,
  severity: 'critical',
  openedAt: '2026-11-21T12:00:00.000Z',
  changes: 1,
  flapping: false,
  heldBackBy: null,
  ...more,
})
const text = (kind: Told['kind'], alarms: readonly NoticeAlarm[], more: Partial<Told> = {}) =>
  noticeText({
    at: '2026-11-21T12:00:00.000Z',
    kind,
    severity: 'critical',
    rule: { id: 'pump-dry-run', names },
    area: { id: 'shushan', names: { zh: '蜀山街道', en: 'Shushan' } },
    gateway: 'gw-1',
    count: alarms.length,
    alarms: [...alarms],
    withheldBy: null,
    escalation: null,
    digest: null,
    ...more,
  })

describe('a message', () => {
  it('says how grave it is, what, and where', () => {
    expect(text('raised', [alarm('pump-1')])).toEqual({
      zh: '重大告警：水泵空转，蜀山街道：gw-1/pump-1',
      en: 'Critical alarm, Pump runs dry: Shushan: gw-1/pump-1',
    })
    expect(text('graver', [alarm('pump-1')], { area: null }).en).toBe(
      'Now critical alarm, Pump runs dry: gw-1/pump-1',
    )
  })

  it('counts many, and names the first three', () => {
    const many = ['a', 'b', 'c', 'd'].map((device) => alarm(device))
    expect(text('raised', many)).toEqual({
      zh: '重大告警 4 起：水泵空转，蜀山街道：gw-1/a、gw-1/b、gw-1/c 等',
      en: '4 critical alarms, Pump runs dry: Shushan: gw-1/a, gw-1/b, gw-1/c …',
    })
  })

  it('calls an area by its name, and a gateway by itself', () => {
    const ofArea = alarm(null, { gateway: null, area: 'shushan' })
    expect(text('raised', [ofArea]).zh).toBe('重大告警：水泵空转，蜀山街道')
    expect(text('raised', [alarm(null)], { area: null }).zh).toBe('重大告警：水泵空转，gw-1')
  })

  it('says that an alarm flaps, how often it changed, and that it was withheld', () => {
    const flapping = alarm('pump-1', { flapping: true, changes: 9 })
    expect(text('reminder', [flapping]).zh).toContain('（抖动，已变化 9 次）')
    expect(text('ended', [alarm('pump-1', { changes: 9 })]).en).toMatch(/, after 9 changes$/)
    expect(text('ended', [alarm('pump-1', { changes: 2 })]).en).toMatch(/pump-1$/)
    const heldBackBy = { silence: '7' }
    expect(text('raised', [alarm('pump-1', { heldBackBy })]).zh).toMatch(/（此前未通知，至今未解除）$/)
  })

  it('says whom it is to reach, and what late values have changed', () => {
    expect(text('escalated', [alarm('pump-1')], { escalation: { step: 1, to: 'director' } })).toMatchObject({
      zh: expect.stringMatching(/^上报 director，重大告警仍未解除、无人确认/) as string,
      en: expect.stringMatching(/^To director, critical alarm still open/) as string,
    })
    const span = { from: '2026-11-14T12:00:00.000Z', until: '2026-11-20T12:00:00.000Z' }
    const digest = { ...span, raised: 2, ended: 1, revised: 3 }
    expect(text('digest', [alarm('a'), alarm('b')], { digest, rule: null, area: null })).toEqual({
      zh: '补报：网关 gw-1 迟到的数据涉及告警 2 起，产生 2 起、解除 1 起，撤销误报变化 3 次：gw-1/a、gw-1/b',
      en: 'Afterwards: late data of gateway gw-1 concern 2 alarms, 2 raised, 1 ended, 3 changes withdrawn that were told wrongly: gw-1/a, gw-1/b',
    })
  })
})
