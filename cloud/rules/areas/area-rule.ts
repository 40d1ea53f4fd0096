import type { LiveRule } from '../live/live-rule.ts'
import { AreaWatch } from './area-watch.ts'

/** A device that meets a condition, wherever it stands. */
export interface Meeting {
  readonly part: string
  readonly gatewayId: number
  readonly gateway: string
  readonly device: string
}

/** One version of a rule, with all areas that are not at rest. */
export class AreaRule {
  readonly rule: LiveRule
  /** Another version counts, and this one only judges on where it has left an alarm open. */
  isKept = false
  /** It failed, and takes nothing any more. */
  stopped = false
  readonly areas = new Map<string, AreaWatch>()
  /** Of who meets a condition, the area where it counts. */
  readonly #places = new Map<string, string | null>()

  constructor(rule: LiveRule) {
    this.rule = rule
  }

  areaOf(meeting: Meeting): string | null | undefined {
    return this.#places.get(keyOf(meeting))
  }

  place(meeting: Meeting, area: string | null | undefined): void {
    if (area === undefined) this.#places.delete(keyOf(meeting))
    else this.#places.set(keyOf(meeting), area)
  }

  watch(area: string): AreaWatch {
    let watch = this.areas.get(area)
    if (!watch) this.areas.set(area, (watch = new AreaWatch(this.rule.compiled)))
    return watch
  }
}

function keyOf({ part, gateway, device }: Meeting): string {
  return `${part} ${gateway}/${device}`
}
