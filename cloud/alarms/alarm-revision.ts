import type { AlarmState } from '@ganzhi/contracts/transition'

/** As it was told, or as it comes about when history is run over again. */
export interface ToldTransition {
  readonly id: string
  readonly at: number
  readonly from: AlarmState
  readonly to: AlarmState
  readonly value: unknown
  readonly why: Readonly<Record<string, unknown>>
}

export interface StandingAlarm {
  readonly id: string
  readonly openedAt: number
  readonly closedAt: number | null
  /** Those that stand, of the time in question. */
  readonly transitions: readonly ToldTransition[]
}

/** Alarms of one rule and target in a span of time: as they stand, and what comes about by all values. */
export interface AlarmHistory {
  readonly from: number
  /** What the alarm was at then. */
  readonly told: AlarmState
  /** Those that were open at some time after `from`, in order of time. */
  readonly alarms: readonly StandingAlarm[]
  readonly transitions: readonly ToldTransition[]
}

/** An alarm as it is by all values; one that was not there yet has no id. */
export interface RevisedAlarm {
  readonly id: string | undefined
  /** What was not told, or not of this alarm, or with other numbers. */
  readonly tell: readonly ToldTransition[]
}

export interface AlarmRevision {
  readonly alarms: readonly RevisedAlarm[]
  /** Transitions that do not come about. */
  readonly revised: readonly string[]
}

/** What has to be changed of what was told, so that it is what comes about. */
export function alarmRevision(history: AlarmHistory): AlarmRevision {
  const { alarms, transitions } = history
  const episodes = episodesOf(history)
  nameEpisodes(episodes, history)
  const standing = new Map(
    alarms.flatMap(({ id, transitions: of }) =>
      of.map((each) => [each.id, { alarm: id, numbers: numbersOf(each) }]),
    ),
  )
  const isTold = (alarm: string | undefined, transition: ToldTransition): boolean => {
    const known = standing.get(transition.id)
    return known !== undefined && known.alarm === alarm && known.numbers === numbersOf(transition)
  }
  const comesAbout = new Set(transitions.map(({ id }) => id))
  return {
    alarms: episodes
      .map(({ id, transitions: of }) => ({ id, tell: of.filter((each) => !isTold(id, each)) }))
      .filter(({ tell }) => tell.length > 0),
    revised: [...standing.keys()].filter((id) => !comesAbout.has(id)),
  }
}

interface Episode {
  id: string | undefined
  readonly openedAt: number
  closedAt: number
  readonly transitions: ToldTransition[]
}

/** From one that begins to the one that ends it. */
function episodesOf({ from, told, transitions }: AlarmHistory): Episode[] {
  const episodes: Episode[] = []
  const open = (openedAt: number): void => {
    episodes.push({ id: undefined, openedAt, closedAt: Infinity, transitions: [] })
  }
  if (told !== 'clear') open(from)
  for (const transition of transitions) {
    if (transition.from === 'clear') open(transition.at)
    const episode = episodes.at(-1)
    if (!episode) throw new RangeError(`the alarm ends at ${transition.at} without having begun`)
    episode.transitions.push(transition)
    if (transition.to === 'clear') episode.closedAt = transition.at
  }
  return episodes
}

/**
 * Where an alarm was told of the same time it is that one, moved: what people have said about it stays with it. The newest goes
 * first, so that what is open stays the same alarm; what was open before goes on as what it was.
 */
function nameEpisodes(episodes: readonly Episode[], { from, told, alarms }: AlarmHistory): void {
  const before = told === 'clear' ? undefined : alarms.find(({ openedAt }) => openedAt <= from)
  const left = alarms.filter((alarm) => alarm !== before)
  for (const episode of episodes.toReversed()) {
    if (before && episode === episodes[0]) episode.id = before.id
    while ((left.at(-1)?.openedAt ?? -Infinity) >= episode.closedAt) left.pop()
    const last = left.at(-1)
    if (episode.id !== undefined || !last || (last.closedAt ?? Infinity) <= episode.openedAt) continue
    episode.id = last.id
    left.pop()
  }
}

function numbersOf({ value, why }: ToldTransition): string {
  return JSON.stringify([value ?? null, why])
}
