import type pg from 'pg'

import { differences } from '../rules/compare.ts'
import type { Alteration } from '../rules/reference/alteration.ts'
import { expectedInAreas } from '../rules/reference/expected-in-areas.ts'
import { expectedTransitions } from '../rules/reference/expected.ts'
import type { Told } from '../rules/told.ts'
import { type AcceptedInput, acceptedInputs } from './accepted-inputs.ts'
import { judgedFrom, judgedUntil } from './at-rest.ts'
import { LAB_PLACES } from './lab-places.ts'
import { LAB_AREA_RULES, LAB_RULES, LATENESS_S } from './lab-rules.ts'
import { type Absence, reachOfDevices, reachOfGateways, takenForDead, unheardSpans } from './unheard-spans.ts'
import { countRevisions, type Revisions, toldAlarms } from './told-alarms.ts'

/** What the ledger holds, and what rules have told of it. */
export interface AlarmRecord extends Revisions {
  readonly ofDevices: readonly AcceptedInput[]
  readonly ofGateways: readonly AcceptedInput[]
  /** How far all is judged, ms since 1970. */
  readonly until: number
  readonly told: ReadonlyMap<string, readonly Told[]>
  /** Of gateways and of what people were told, in words. */
  readonly otherFaults: readonly string[]
}

export interface AlarmVerdict {
  /** Transitions by docs/rules.md. */
  readonly expected: number
  /** Of those that stand. */
  readonly told: number
  /** What is wrong, in words. */
  readonly faults: readonly string[]
}

/** `absences`: when gateways did not run; `untold`: what people were told wrongly, in words. Silence goes on being found all the while. */
export async function readRecord(
  database: pg.ClientBase,
  absences: readonly Absence[],
  untold: readonly string[],
): Promise<AlarmRecord> {
  const until = await judgedUntil(database, LATENESS_S * 1_000)
  const from = await judgedFrom(database)
  const inputs = (await acceptedInputs(database)).filter(({ input: { at } }) => at > from && at <= until)
  const spans = await unheardSpans(database, until)
  return {
    ofDevices: [...inputs, ...reachOfDevices(spans, inputs)],
    ofGateways: reachOfGateways(spans),
    until,
    told: await toldAlarms(database, until),
    otherFaults: [...takenForDead(spans, absences), ...untold],
    ...(await countRevisions(database)),
  }
}

/** Compares what rules have told with what an evaluator apart makes of the same values. */
export function judgeAlarms(
  { ofDevices, ofGateways, until, told, otherFaults }: AlarmRecord,
  alteration?: Alteration,
): AlarmVerdict {
  const byRule = Object.entries(LAB_RULES).map(([id, rule]) => {
    const lines = rule.each === 'gateway' ? ofGateways : ofDevices
    return { id, expected: expectedTransitions({ rule, attributes: {}, lines, until }, alteration) }
  })
  const byAreaRule = Object.entries(LAB_AREA_RULES).map(([id, rule]) => {
    const ofAreas = { rule, areas: LAB_PLACES, lines: ofDevices, until }
    return { id, expected: expectedInAreas(ofAreas, alteration) }
  })
  const judged = [...byRule, ...byAreaRule].map(({ id, expected }) => {
    const came = told.get(id) ?? []
    const faults = differences(expected, came).map(({ text }) => `${id} at ${text}`)
    return { expected: expected.length, told: came.length, faults }
  })
  return {
    expected: judged.reduce((sum, each) => sum + each.expected, 0),
    told: judged.reduce((sum, each) => sum + each.told, 0),
    faults: [...judged.flatMap(({ faults }) => faults), ...otherFaults],
  }
}
