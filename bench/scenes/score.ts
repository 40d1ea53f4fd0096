import { median, rounded } from '../result.ts'

/** What happened on one plot before one camera, in wall time. */
export interface Happening {
  readonly camera: string
  readonly zone: string
  readonly kind: 'incident' | 'distractor'
  readonly what: string
  readonly begins: number
  readonly ends: number
  /** All of it was watched; of others nothing can be asked. */
  readonly whole: boolean
}

/** What the platform was told. */
export interface ToldIncident {
  readonly camera: string
  readonly zone: string
  readonly startedAt: number
  readonly ended: boolean
  readonly hasAfterPicture: boolean
}

export interface SceneScore {
  readonly incidents: number
  readonly distractors: number
  readonly found: number
  readonly falseAlarms: number
  readonly twice: number
  readonly precision: number
  readonly recall: number
  /** From when it had lasted long enough. */
  readonly medianDelayS: number
  readonly endedWithoutPicture: number
  /** What was missed or told wrongly, by what it was. */
  readonly wrong: Readonly<Record<string, number>>
}

/** After an incident is over, a look or two may still have told of it. */
const LATE_MS = 5_000

export function scoreOf(
  happenings: readonly Happening[],
  told: readonly ToldIncident[],
  dwellMs: number,
): SceneScore {
  const wrong: Record<string, number> = {}
  const blame = (what: string) => (wrong[what] = (wrong[what] ?? 0) + 1)
  const tellersOf = new Map<Happening, ToldIncident[]>()
  let falseAlarms = 0
  for (const one of told) {
    const here = happenings.filter(
      ({ camera, zone, begins, ends }) =>
        camera === one.camera &&
        zone === one.zone &&
        begins <= one.startedAt &&
        one.startedAt <= ends + LATE_MS,
    )
    const about = here.find(({ kind }) => kind === 'incident')
    if (about) {
      tellersOf.set(about, [...(tellersOf.get(about) ?? []), one])
    } else {
      falseAlarms += 1
      blame(`told of ${here[0]?.what ?? 'nothing'}`)
    }
  }
  const incidents = happenings.filter(({ kind, whole }) => kind === 'incident' && whole)
  for (const incident of incidents) if (!tellersOf.has(incident)) blame(`missed ${incident.what}`)
  const found = incidents.filter((incident) => tellersOf.has(incident))
  const twice = [...tellersOf.values()].reduce((sum, tellers) => sum + tellers.length - 1, 0)
  const delays = found.map(
    (incident) => (tellersOf.get(incident)?.[0]?.startedAt ?? 0) - incident.begins - dwellMs,
  )
  return {
    incidents: incidents.length,
    distractors: happenings.filter(({ kind, whole }) => kind === 'distractor' && whole).length,
    found: found.length,
    falseAlarms,
    twice,
    precision: rounded(tellersOf.size / Math.max(1, tellersOf.size + falseAlarms + twice)),
    recall: rounded(found.length / Math.max(1, incidents.length)),
    medianDelayS: rounded(median(delays) / 1_000),
    endedWithoutPicture: told.filter(({ ended, hasAfterPicture }) => ended && !hasAfterPicture).length,
    wrong,
  }
}
