import type { AnomalyCard } from './anomaly-card.ts'
import type { Restorer } from './restorer.ts'
import { type Look, lookAt, scoreOf, type Sign, type Signs, signsOf, strangest } from './scoring.ts'
import type { Step } from './step-grid.ts'
import { Window, type WindowShape } from './window.ts'

export interface Score {
  /** ms since 1970: the end of the newest step. */
  readonly at: number
  /** 0 to 1; null where too little is known. */
  readonly score: number | null
  /** What contributed most. */
  readonly property?: string
  readonly sign?: Sign
}

/** The score of each window that ends with one of `steps`; `window` holds what was before them. */
export async function scoreSteps(
  steps: readonly Step[],
  card: Pick<AnomalyCard, keyof WindowShape>,
  restorer: Restorer,
  window = new Window(card),
): Promise<Score[]> {
  const looks = looksOf(steps, window)
  const signs = await signsOfAll(looks, restorer)
  const limits = card.properties.map((property) => property.limits)
  return steps.map(({ at }, i) => {
    const found = signs[i]
    if (!found) return { at, score: null }
    const most = strangest(found, limits)
    return { at, score: scoreOf(most), property: card.properties[most.property]?.id ?? '', sign: most.sign }
  })
}

/** Undefined where too little is known. */
export function looksOf(steps: readonly Step[], window: Window): (Look | undefined)[] {
  return steps.map((step) => {
    window.push(step)
    return lookAt(window)
  })
}

export async function signsOfAll(
  looks: readonly (Look | undefined)[],
  restorer: Restorer,
): Promise<(readonly Signs[] | undefined)[]> {
  const restored = await restorer.restore(looks.flatMap((look) => (look ? [look.input] : [])))
  let next = 0
  return looks.map((look) => {
    const mine = look && restored[next++]
    return mine && signsOf(look, mine)
  })
}
