import type { WithheldBy } from '@ganzhi/contracts/notice'
import type { Severity } from '@ganzhi/contracts/severity'
import { type Episode, type Subject, isGraver } from './episode.ts'
import type { OpenPolicy } from './notice-policy.ts'

/** A silence as it is reckoned with. */
export interface OpenSilence {
  readonly id: string
  covers(this: void, subject: Subject, severity: Severity): boolean
  isActive(this: void, at: number): boolean
  /** The first moment after `at` at which it begins or ends; undefined where it is over. */
  nextEdge(this: void, at: number): number | undefined
}

/** Why people are not told of a subject at this severity; null where they are. */
export type Withhold = (subject: Subject, severity: Severity) => WithheldBy | null

type Inhibition = OpenPolicy['inhibit'][number]

export function openWithhold(
  silences: readonly OpenSilence[],
  { inhibit }: Pick<OpenPolicy, 'inhibit'>,
  episodes: ReadonlyMap<string, Episode>,
  now: number,
): Withhold {
  const active = silences.filter(({ isActive }) => isActive(now))
  // The alarms that each inhibition is about, by what must be the same.
  const inhibitors = inhibit.map((inhibition) => {
    const open = episodes
      .values()
      .filter(({ counts, subject }) => counts !== 'clear' && isOf(subject, inhibition))
    return Map.groupBy(open, ({ subject }) => sameness(subject, inhibition))
  })
  return (subject, severity) => {
    const silence = active.find(({ covers }) => covers(subject, severity))
    if (silence) return { silence: silence.id }
    // One that silences others itself gives way only to what stands before it: else two would silence each other.
    const own = inhibit.findIndex((each) => each.while !== 'graver' && isOf(subject, each))
    for (const [i, inhibition] of inhibit.entries()) {
      if (i === own) break
      const others = inhibitors[i]?.get(sameness(subject, inhibition)) ?? []
      const other = others.find(
        ({ subject: { key, rule }, counts }) =>
          key !== subject.key &&
          (inhibition.while === 'graver' ? isGraver(counts, severity) : rule.id !== subject.rule.id),
      )
      if (other) return { alarm: other.alarm.id, rule: other.subject.rule.id }
    }
    return null
  }
}

function isOf({ rule, target }: Subject, { while: open }: Inhibition): boolean {
  // What is of no gateway has nothing in common with others.
  return target.gateway !== null && (open === 'graver' || rule.id === open.rule)
}

function sameness({ target }: Subject, { same }: Inhibition): string {
  return JSON.stringify(same === 'gateway' ? [target.gateway] : [target.gateway, target.device])
}
