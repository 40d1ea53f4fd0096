import type { Rule } from '@ganzhi/contracts/rule'
import { expect, it } from 'vitest'
import { minute, sample } from '../engine/engine-under-test.ts'
import { RuleRerun } from '../late/rule-rerun.ts'
import { Judging } from '../live/judging.ts'
import { openRule } from '../live/live-rule.ts'
import { factAgain } from './fact-again.ts'
import { differences, staysAgain, staysOf } from './met-again.ts'

const document = {
  id: 'hot',
  version: 1,
  for: {},
  each: 'street',
  when: { expression: 'avg(p) > 10.0' },
  severity: 'major',
} as Rule
const surroundings = { openSchedule: () => ({ isActive: () => true, nextEdge: () => undefined }) }

it('what a device told before goes on with its value when it is run over again, and other values are other stays', () => {
  const [part] = openRule(document, surroundings).parts ?? []
  if (!part) throw new Error('an expression over areas has a part at devices')
  const before = new Judging(part.compiled, undefined, () => ({}))
  before.take(sample(1, 7))
  before.passTo(minute(2))
  const rerun = new RuleRerun(
    { rule: part, begun: minute(0) } as never,
    { from: minute(2), state: before.state },
    () => ({}),
  )
  rerun.take([sample(4.5, 9)], minute(30), [])
  rerun.passTo(minute(30), [])
  const again = factAgain({ gatewayId: 1, device: 'd' }, part, 'p@PT10M', rerun)
  const standings = [{ area: 'east', until: Infinity }]
  const known = [{ area: 'east', metAt: minute(1), leftAt: minute(12), value: 7 }]
  const stays = staysAgain(known, minute(2), staysOf(again.spans ?? [], standings))
  expect(stays).toEqual([
    { area: 'east', metAt: minute(1), leftAt: minute(5), value: 7 },
    { area: 'east', metAt: minute(5), leftAt: minute(15), value: 9 },
  ])
  expect(differences(known, stays)).toEqual(new Map([['east', minute(5)]]))
  const other = stays.map((stay) => ({ ...stay, value: 8 }))
  expect(differences(stays, other)).toEqual(new Map([['east', minute(1)]]))
})
