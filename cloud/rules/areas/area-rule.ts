import type { LiveRule } from '../live/live-rule.ts'
import { AreaWatch } from './area-watch.ts'

/** A device that meets a condition, wherever it stands. */
export interface Meeting {
  readonly part: string
  readonly gatewayId: number
  readonly gateway: string
  readonly device: string
}

/** Where a device that meets a condition counts, in none of the areas perhaps, and since when. */
export interface Stay {
  readonly area: string | null
  readonly metAt: number
  /** By which it meets the condition, where that counts. */
  readonly value: number | null
}

/** A device is `gateway/device`. */
export interface MetThere {
  readonly part: string
  readonly device: string
  readonly value: number | null
}

/** One version of a rule, with all areas that are not at rest. */
export class AreaRule {
  readonly rule: LiveRule
  /** Another version counts, and this one only judges on where it has left an alarm open. */
  isKept = false
  /** It failed, and takes nothing any more. */
  stopped = false
  /** An expression of it could not be evaluated, which was told. */
  toldFault = false
  readonly areas = new Map<string, AreaWatch>()
  /** Of who meets a condition. */
  readonly #stays = new Map<string, Stay>()

  constructor(rule: LiveRule) {
    this.rule = rule
  }

  stayOf(meeting: Meeting): Stay | undefined {
    return this.#stays.get(keyOf(meeting))
  }

  setStay(meeting: Meeting, stay: Stay | undefined): void {
    if (stay === undefined) this.#stays.delete(keyOf(meeting))
    else this.#stays.set(keyOf(meeting), stay)
  }

  /** Who meets what in an area. */
  *metIn(area: string): Generator<MetThere> {
    for (const [key, stay] of this.#stays) {
      if (stay.area !== area) continue
      const space = key.indexOf(' ')
      yield { part: key.slice(0, space), device: key.slice(space + 1), value: stay.value }
    }
  }

  watch(area: string): AreaWatch {
    let watch = this.areas.get(area)
    if (!watch) this.areas.set(area, (watch = new AreaWatch(this.rule.compiled)))
    return watch
  }

  /** By the platform's time at `clock` all that is earlier is judged. */
  firstOpen(clock: number): number {
    return clock - this.rule.latenessMs + 1
  }
}

function keyOf({ part, gateway, device }: Meeting): string {
  return `${part} ${gateway}/${device}`
}
