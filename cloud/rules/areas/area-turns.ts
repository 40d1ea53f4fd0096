import { setTimeout as delay } from 'node:timers/promises'
import type { Lease } from '../live/partition-leases.ts'
import type { TurnOptions } from '../live/take-turn.ts'
import type { AreasHeld } from './areas-held.ts'
import { TIMING } from '../late/work-off-late.ts'
import { reviseLateArea } from './revise-areas.ts'
import { takeAreaTurn } from './take-area-turn.ts'

/** Judges areas for as long as this process has the right to. */
export class AreaTurns {
  readonly #options: TurnOptions
  #lease: Lease | undefined
  #held: AreasHeld | undefined
  /** Its last turn; told once, until one succeeds. */
  #failed = false

  constructor(options: TurnOptions) {
    this.#options = options
  }

  hold(lease: Lease | undefined): void {
    if (lease?.token !== this.#lease?.token) this.#held = undefined
    this.#lease = lease
  }

  async run({ everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal }): Promise<void> {
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal }).catch(() => {})
      while (!signal.aborted && (await this.#turn(signal)));
    }
  }

  /** True where there is more to take. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    const [lease, known] = [this.#lease, this.#held]
    if (!lease) return false
    // While a transaction is under way it may be ahead of the database.
    this.#held = undefined
    try {
      const { held, behind } = await takeAreaTurn(lease, known, this.#options)
      // What comes now comes first.
      const revised = !behind && (await reviseLateArea(lease, held, TIMING, this.#options))
      if (this.#lease?.token === lease.token) this.#held = held
      this.#failed = false
      return behind || revised
    } catch (error) {
      const { log } = this.#options
      if (!signal.aborted && !this.#failed) log.warn({ err: error }, 'rules over areas have to wait')
      this.#failed = true
      return false
    }
  }
}
