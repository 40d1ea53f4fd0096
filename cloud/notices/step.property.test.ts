import type { Notice } from '@ganzhi/contracts/notice'
import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import type { AlarmState } from '@ganzhi/contracts/transition'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MINUTE, NOON, SECOND, StepsUnderTest, type SubjectFacts, silenceFrom } from './step-under-test.ts'

const HOUR = 60 * MINUTE

const subject = fc.constantFrom<Required<SubjectFacts>>(
  { rule: 'a', gateway: 'gw-1', device: 'dev-1', street: 'shushan' },
  { rule: 'a', gateway: 'gw-1', device: 'dev-2', street: 'luyang' },
  { rule: 'b', gateway: 'gw-2', device: 'dev-1', street: 'shushan' },
  { rule: 'gateway-offline', gateway: 'gw-1', device: null, street: 'shushan' },
)
const state = fc.constantFrom<AlarmState>('clear', 'info', 'major', 'critical')
/** What happens, and how long nothing does after it; often both within moments, sometimes after hours. */
const events = fc.array(
  fc.tuple(
    subject,
    fc.oneof({ weight: 8, arbitrary: state }, { weight: 1, arbitrary: fc.constant('acknowledged' as const) }),
    fc.constantFrom(0, 0, SECOND, 20 * SECOND, MINUTE, 4 * MINUTE, 11 * MINUTE, 2 * HOUR),
    fc.boolean(),
  ),
  { maxLength: 60 },
)
const silenceSpan = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 300 }))
  .map(([from, many]) => silenceFrom('1', NOON + from * MINUTE, NOON + (from + many) * MINUTE))
const inhibit = fc.constantFrom<NoticePolicy['inhibit'] | undefined>(undefined, [])
const runs = fc.tuple(events, fc.option(silenceSpan), inhibit)

/** What stands at the end, and all that was told. */
function run(
  [happening, silence, inhibitions]: typeof runs extends fc.Arbitrary<infer T> ? T : never,
  { reload = false, looks = 1 } = {},
) {
  const on = new StepsUnderTest({
    ...(inhibitions && { inhibit: inhibitions }),
    escalation: { critical: [{ after: 'PT1H', to: 'director' }] },
  })
  if (silence) on.silences.push(silence)
  const states = new Map<string, AlarmState>()
  for (const [facts, to, pause, isSeen] of happening) {
    const key = keyOf(facts)
    if (to === 'acknowledged') on.acknowledge(facts)
    else if (to !== (states.get(key) ?? 'clear')) {
      on.alarm(to, facts)
      states.set(key, to)
    }
    // Else nobody looks meanwhile.
    if (isSeen) for (let i = 0; i < looks; i++) on.pass(pause / looks)
    else on.now += pause
    // Whoever takes over is later than who was before.
    on.now++
    if (reload) on.reload()
  }
  on.pass(24 * HOUR)
  return { on, states }
}

function keyOf({ rule, gateway, device }: SubjectFacts): string {
  return `${rule} ${gateway}/${device ?? ''}`
}

function byAlarm(told: readonly Omit<Notice, 'id'>[]): Map<string, Omit<Notice, 'id'>[]> {
  const all = told.flatMap((notice) => notice.alarms.map((alarm) => ({ notice, alarm })))
  const grouped = Map.groupBy(
    all,
    ({ alarm: { rule, gateway, device } }) => `${rule.id} ${gateway}/${device ?? ''}`,
  )
  return new Map(grouped.entries().map(([key, each]) => [key, each.map(({ notice }) => notice)]))
}

it('no alarm comes and goes without a notice of it, told or withheld', () => {
  fc.assert(
    fc.property(runs, (given) => {
      const { on, states } = run(given)
      const noted = byAlarm(on.told.filter(({ kind }) => kind === 'raised'))
      for (const key of states.keys()) expect(noted.has(key)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

it('in the end people know what is, whatever was withheld; what other alarms say as well is said by them', () => {
  fc.assert(
    fc.property(runs, (given) => {
      const { on, states } = run(given)
      const told = byAlarm(
        on.told.filter(({ withheldBy, kind }) => withheldBy === null && kind !== 'escalated'),
      )
      for (const [key, state] of states) {
        const last = told.get(key)?.findLast(({ kind }) => kind !== 'reminder')
        const withheld = [...on.state.episodes.values()].some(
          ({ subject: { rule, target }, withheldBy }) =>
            withheldBy !== null &&
            keyOf({ rule: rule.id, gateway: target.gateway ?? '', device: target.device }) === key,
        )
        if (withheld) continue
        expect(last === undefined || last.kind === 'ended').toBe(state === 'clear')
      }
    }),
    { numRuns: 100 },
  )
})

it('what is told of an alarm makes sense: raised, then graver and reminders, then ended', () => {
  const may: Record<string, readonly string[]> = {
    ended: ['raised'],
    raised: ['graver', 'reminder', 'escalated', 'ended'],
    graver: ['graver', 'reminder', 'escalated', 'ended'],
    reminder: ['graver', 'reminder', 'escalated', 'ended'],
    escalated: ['graver', 'reminder', 'escalated', 'ended'],
  }
  fc.assert(
    fc.property(runs, (given) => {
      const { on } = run(given)
      for (const notices of byAlarm(on.told.filter(({ withheldBy }) => withheldBy === null)).values()) {
        let last = 'ended'
        for (const { kind } of notices) {
          expect(may[last]).toContain(kind)
          last = kind
        }
      }
    }),
    { numRuns: 100 },
  )
})

it('what changes for hours without rest makes at most eight messages, whoever takes over meanwhile', () => {
  const pauses = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 100 })
  fc.assert(
    fc.property(pauses, fc.boolean(), (minutes, reload) => {
      const on = new StepsUnderTest({ reminders: {} })
      for (const [i, each] of minutes.entries()) {
        on.alarm(i % 2 === 0 ? 'major' : 'clear')
        on.pass(each * MINUTE)
        on.now++
        if (reload) on.reload()
      }
      on.pass(24 * HOUR)
      expect(on.log.length).toBeLessThanOrEqual(8)
    }),
    { numRuns: 50 },
  )
})

/** What is told of each alarm, one after the other. */
function stories(told: readonly Omit<Notice, 'id'>[]): Record<string, string[]> {
  const entries = byAlarm(told).entries()
  return Object.fromEntries(entries.map(([alarm, notices]) => [alarm, notices.map(({ kind }) => kind)]))
}

// Whoever takes over looks at everything at once: where nobody had looked for minutes, it may tell what is over a group's window sooner.
it('whoever takes over in between tells the same of each alarm', () => {
  fc.assert(
    fc.property(runs, (given) => {
      expect(stories(run(given, { reload: true }).on.told)).toEqual(stories(run(given).on.told))
    }),
    { numRuns: 500 },
  )
})

it('nothing is told between the steps that are due', () => {
  fc.assert(
    fc.property(runs, (given) => {
      expect(run(given, { looks: 5 }).on.told).toEqual(run(given).on.told)
    }),
    { numRuns: 100 },
  )
})
