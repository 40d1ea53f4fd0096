import type { Alteration } from './alteration.ts'
import { type Instant, instantAt } from './timeline.ts'

/** What a condition is at one instant: nothing is judged at most of them. */
export type Verdict = 'holds' | 'not' | 'between' | 'silent'

/** What happens to a condition from outside, whatever is judged. */
export type Stroke = 'opens' | 'reset' | 'schedule' | 'bad' | 'nan'

export interface Turn {
  readonly index: number
  readonly on: boolean
  /** When it began to hold, or to hold no longer. */
  readonly since: number
  readonly because?: Exclude<Stroke, 'opens' | 'reset'>
}

export interface Story {
  readonly forMs: number
  readonly clearForMs: number
  /** At which step what it has waited for is due. */
  readonly dueAt: 'parts' | 'whole'
  /** By all that it took from the instant `from` on. */
  judge(from: number, index: number): Verdict
  stroke(index: number): Stroke | undefined
}

/** When a condition comes on and goes off: from each beginning it looks ahead to what comes first, its end or its time (5). */
export function follow(
  timeline: readonly Instant[],
  story: Story,
  alteration: Alteration | undefined,
): Turn[] {
  const turns: Turn[] = []
  let on = false
  let from = 0
  let index = 0

  const ends = (each: number): boolean => {
    const stroke = story.stroke(each)
    if (stroke && (stroke !== 'reset' || !on)) return true
    const verdict = story.judge(from, each)
    if (on) return alteration !== 'clearing-goes-on' && (verdict === 'holds' || verdict === 'between')
    if (verdict === 'between') return alteration !== 'between-keeps-pending'
    return verdict === 'not' || (verdict === 'holds' && alteration === 'pending-from-last')
  }

  while (index < timeline.length) {
    const { at } = instantAt(timeline, index)
    const stroke = story.stroke(index)
    if (stroke === 'opens') from = index
    else if (stroke && (stroke !== 'reset' || !on)) {
      if (on && stroke !== 'reset') turns.push({ index, on: false, since: at, because: stroke })
      on = false
      from = index + 1
    }
    if (story.judge(from, index) !== (on ? 'not' : 'holds')) {
      index++
      continue
    }
    const due = dueIndex(timeline, index, on ? story.clearForMs : story.forMs, story.dueAt)
    const end = firstFrom(index + 1, due ?? timeline.length - 1, ends)
    if (end !== undefined) {
      index = end
      continue
    }
    if (due === undefined) break
    on = !on
    turns.push({ index: due, on, since: at })
    index = due + 1
  }
  return turns
}

function dueIndex(
  timeline: readonly Instant[],
  index: number,
  lastsMs: number,
  step: 'parts' | 'whole',
): number | undefined {
  if (lastsMs === 0) return index
  const at = instantAt(timeline, index).at + lastsMs
  const found = timeline.findIndex((instant) => instant.at === at && instant.step === step)
  return found === -1 ? undefined : found
}

function firstFrom(first: number, last: number, test: (index: number) => boolean): number | undefined {
  for (let index = first; index <= last; index++) if (test(index)) return index
  return undefined
}

/** The last turn up to an instant. */
export function lastTurn(turns: readonly Turn[], index: number): Turn | undefined {
  return turns.findLast((turn) => turn.index <= index)
}
