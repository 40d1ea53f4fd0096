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

export function openSilencing(silences: readonly OpenSilence[], now: number): Withhold {
  const active = silences.filter(({ isActive }) => isActive(now))
  return (subject, severity) => {
    const silence = active.find(({ covers }) => covers(subject, severity))
    return silence ? { silence: silence.id } : null
  }
}

export function openInhibition(
  { inhibit }: Pick<OpenPolicy, 'inhibit'>,
  episodes: ReadonlyMap<string, Episode>,
): Withhold {
  const inhibitors = openInhibitors(inhibit, episodes)
  return (subject, severity) => {
    // What is of no gateway has nothing in common with others.
    if (subject.target.gateway === null) return null
    // One that silences others itself gives way only to what stands before it: else two would silence each other.
    const own = inhibit.findIndex((each) => each.while !== 'graver' && isOf(subject, each))
    const ofGateway = inhibitors(subject.target.gateway)
    for (const [i, inhibition] of inhibit.entries()) {
      if (i === own) break
      const others = ofGateway[i]?.get(sameness(subject, inhibition))
      const other = others?.find(
        ({ subject: { key, rule }, counts }) =>
          key !== subject.key &&
          (inhibition.while === 'graver' ? isGraver(counts, severity) : rule.id !== subject.rule.id),
      )
      if (other) return { alarm: other.alarm.id, rule: other.subject.rule.id }
    }
    return null
  }
}

/** Of a gateway the open alarms that each inhibition is about, by what must be the same. Few gateways are asked for. */
function openInhibitors(inhibit: readonly Inhibition[], episodes: ReadonlyMap<string, Episode>) {
  let open: ReadonlyMap<string | null, readonly Episode[]> | undefined
  const known = new Map<string, readonly ReadonlyMap<string, readonly Episode[]>[]>()
  return (gateway: string) => {
    let ofGateway = known.get(gateway)
    if (!ofGateway) {
      open ??= Map.groupBy(
        episodes.values().filter(({ counts }) => counts !== 'clear'),
        ({ subject }) => subject.target.gateway,
      )
      const alarms = open.get(gateway) ?? []
      ofGateway = inhibit.map((inhibition) =>
        Map.groupBy(
          alarms.filter(({ subject }) => isOf(subject, inhibition)),
          ({ subject }) => sameness(subject, inhibition),
        ),
      )
      known.set(gateway, ofGateway)
    }
    return ofGateway
  }
}

function isOf({ rule }: Subject, { while: open }: Inhibition): boolean {
  return open === 'graver' || rule.id === open.rule
}

/** Within a gateway. */
function sameness({ target }: Subject, { same }: Inhibition): string {
  return same === 'gateway' ? '' : (target.device ?? '')
}
