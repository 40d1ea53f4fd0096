import type { Silence } from '@ganzhi/contracts/silence'
import { inScope } from '../areas/scope.ts'
import type { OpenSchedule } from '../rules/engine/open-schedule.ts'
import type { Surroundings } from '../rules/engine/compile-rule.ts'
import { isGraver } from './episode.ts'
import type { OpenSilence } from './withhold.ts'

/** One as it stands in the database. */
export interface SilenceRow {
  readonly id: string
  readonly document: Silence
  readonly from_at: Date
  readonly until_at: Date
}

const ALWAYS: OpenSchedule = { isActive: () => true, nextEdge: () => undefined }

export function openSilence(
  { id, document, from_at, until_at }: SilenceRow,
  { openSchedule }: Surroundings,
): OpenSilence {
  const { for: scope, rule, upTo, weekly } = document
  const schedule = weekly ? openSchedule(weekly) : ALWAYS
  const [from, until] = [from_at.getTime(), until_at.getTime()]
  return {
    id,
    covers: (subject, severity) =>
      (rule === undefined || rule === subject.rule.id) &&
      (upTo === undefined || !isGraver(severity, upTo)) &&
      inScope(scope, subject.placement),
    isActive: (at) => at >= from && at < until && schedule.isActive(at),
    nextEdge(after) {
      if (after >= until) return undefined
      if (after < from) return from
      return Math.min(until, schedule.nextEdge(after) ?? until)
    },
  }
}
