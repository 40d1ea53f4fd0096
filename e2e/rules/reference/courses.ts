import { type Condition, isSeveral, partsOf, type Single } from '../cases/rule-case.ts'
import { follow, lastTurn, type Stroke, type Turn } from './follow.ts'
import { type History, isOpening, usabilityIn } from './history.ts'
import { judge } from './judge.ts'
import { clearForMs, forMs, instantAt } from './timeline.ts'
import { propertiesOf } from './usable.ts'

/** When a condition came on and went off, and those of its parts. */
export interface Course {
  readonly turns: readonly Turn[]
  readonly parts: readonly (readonly Turn[])[]
}

export function courseOf(history: History, condition: Condition): Course {
  const parts = partsOf(condition).map((part) =>
    follow(
      history.timeline,
      {
        forMs: forMs(part),
        clearForMs: clearForMs(part),
        dueAt: 'parts',
        judge: (from, index) => judge(history, part, from, index),
        stroke: (index) => strokeOf(history, part, index),
      },
      history.alteration,
    ),
  )
  if (!isSeveral(condition)) return { turns: parts[0] ?? [], parts }

  const holds = (index: number): boolean => {
    const on = parts.map((turns) => lastTurn(turns, index)?.on ?? false)
    return 'all' in condition ? on.every(Boolean) : on.some(Boolean)
  }
  const turns = follow(
    history.timeline,
    {
      forMs: forMs(condition),
      clearForMs: clearForMs(condition),
      dueAt: 'whole',
      judge: (_, index) => {
        const { step, active } = instantAt(history.timeline, index)
        if (!active || (step !== 'whole' && step !== 'schedule')) return 'silent'
        return holds(index) ? 'holds' : 'not'
      },
      stroke: (index) => {
        if (instantAt(history.timeline, index).step === 'schedule') return scheduleStroke(history, index)
        if (holds(index)) return undefined
        const strokes = partsOf(condition).map((part) => strokeOf(history, part, index))
        return strokes.find((stroke) => stroke === 'bad' || stroke === 'nan')
      },
    },
    history.alteration,
  )
  return { turns, parts }
}

function scheduleStroke({ timeline }: History, index: number): Stroke {
  return isOpening(timeline, index) ? 'opens' : 'schedule'
}

function strokeOf(history: History, condition: Single, index: number): Stroke | undefined {
  const { step, active, input } = instantAt(history.timeline, index)
  if (step === 'schedule') return scheduleStroke(history, index)
  if (!active || input?.kind !== 'sample' || 'noData' in condition || 'stale' in condition) return undefined
  if (!propertiesOf(condition, history.rule).includes(input.property)) return undefined
  const usable = usabilityIn(history, condition, input)
  if (usable === 'usable') return undefined
  const what = history.rule[usable] ?? 'hold'
  if (what === 'clear') return usable
  return what === 'reset' && history.alteration !== 'reset-is-hold' ? 'reset' : undefined
}
