import { setTimeout as delay } from 'node:timers/promises'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { check } from '@ganzhi/contracts/schema'
import { WAKE_RULES_SUBJECT } from '@ganzhi/contracts/subjects'
import type { Msg, NatsConnection } from '@nats-io/transport-node'
import Type from 'typebox'
import type { SeriesStore } from '../../series-store/series-store.ts'
import { AreaTurns } from '../areas/area-turns.ts'
import { workOffLate } from '../late/work-off-late.ts'
import { keepLimits } from '../limits/keep-limits.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { HeldPartition } from './held-partition.ts'
import { AREAS, type Lease, openLeases } from './partition-leases.ts'
import { openRuleBook } from './rule-book.ts'
import { openTableReader } from './table-reader.ts'
import { type TurnOptions, takeTurn } from './take-turn.ts'

export interface RulesOptions extends Omit<TurnOptions, 'book' | 'tables' | 'leaseMs'> {
  /** Ingest tells on it that the ledger has grown. */
  readonly connection: NatsConnection
  readonly store: SeriesStore
  readonly timing: RulesTiming
}

export interface RulesTiming {
  /** A process that is silent for so long has lost its partitions. */
  readonly leaseMs: number
  /** A partition has a turn at most so often, */
  readonly everyMs: number
  /** and at least so often, whether it was told of anything or not. */
  readonly lookEveryMs: number
}

/** No transaction takes so long, not even the one that reads a partition in. */
const FROZEN_AFTER_MS = 60_000
/** Transactions under way at once. */
const TURNS_AT_ONCE = 4

/** When a partition has its turns. */
interface Held {
  readonly partition: HeldPartition
  woken: boolean
  /** Its last turn; told once, until one succeeds. */
  failed: boolean
  /** By performance.now() */
  lookedAt: number
}

/** Judges by rules what ingest takes in. Runs until it is disposed of; any number of processes may. */
export async function startRules({
  connection,
  store,
  timing,
  ...given
}: RulesOptions): Promise<AsyncDisposable> {
  const { pool, log } = given
  const { leaseMs, everyMs, lookEveryMs } = timing
  const options: TurnOptions = {
    ...given,
    leaseMs,
    book: openRuleBook(await chinaSurroundings(), log),
    tables: openTableReader(),
  }
  const stopping = new AbortController()
  const { signal } = stopping
  const leases = openLeases({ pool, leaseMs, frozenAfterMs: FROZEN_AFTER_MS, log })
  const held = new Map<number, Held>()
  const areas = new AreaTurns(options)

  const hold = (renewed: readonly Lease[]): void => {
    const still = new Set(renewed.map(({ partition, token }) => `${partition}.${token}`))
    for (const [id, { partition }] of held) {
      if (!still.has(`${id}.${partition.lease.token}`)) held.delete(id)
    }
    areas.hold(renewed.find(({ partition }) => partition === AREAS))
    for (const lease of renewed) {
      if (held.has(lease.partition) || lease.partition === AREAS) continue
      const partition = new HeldPartition(lease)
      held.set(lease.partition, { partition, woken: true, failed: false, lookedAt: 0 })
    }
  }

  const turn = async (each: Held): Promise<void> => {
    each.woken = false
    each.lookedAt = performance.now()
    const { lease } = each.partition
    try {
      const { behind } = await each.partition.transact(async (known) => takeTurn(lease, known, options))
      each.woken ||= behind
      each.failed = false
    } catch (error) {
      each.woken = true
      const { partition } = lease
      if (isGanzhiError(error, 'partition-lost')) held.delete(partition)
      else if (!signal.aborted && !each.failed)
        log.warn({ err: error, partition }, 'a partition of the rules has to wait')
      each.failed = true
    }
  }

  const isDue = ({ woken, partition: { known }, lookedAt }: Held): boolean => {
    const since = performance.now() - lookedAt
    // The platform's time goes on from where the last transaction found it.
    const clock = (known?.standing.clock ?? 0) + since
    return woken || since >= lookEveryMs || (known !== undefined && known.ripe.next <= clock)
  }

  const subscription = connection.subscribe(WAKE_RULES_SUBJECT, {
    callback: (error, message) => {
      if (error) return
      const heard = held.values().toArray()
      const names = gatewaysIn(message)
      // Of a gateway that is new nobody knows whose it is.
      const known = names.every((name) => heard.some(({ partition }) => partition.known?.gateways.has(name)))
      for (const each of heard) {
        if (!known || names.some((name) => each.partition.known?.gateways.has(name))) each.woken = true
      }
    },
  })
  const keepLeases = async (): Promise<void> => {
    while (!signal.aborted) {
      await leases.renew().then(hold, (error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'partitions of the rules are not renewed')
      })
      await delay(leaseMs / 4, undefined, { signal }).catch(() => {})
    }
  }
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const { true: read = [], false: unread = [] } = Object.groupBy(held.values().filter(isDue), isRead)
      // To read one in takes seconds of this thread, and much memory for a while: the one that has waited longest.
      const due = [...read, ...unread.toSorted((a, b) => a.lookedAt - b.lookedAt).slice(0, 1)]
      const lanes = Array.from({ length: TURNS_AT_ONCE }, async () => {
        for (let each = due.pop(); each && !signal.aborted; each = due.pop()) await turn(each)
      })
      await Promise.all(lanes)
      if (unread.length <= 1) await delay(everyMs, undefined, { signal }).catch(() => {})
    }
  }
  const partitions = (): HeldPartition[] => [...held.values()].map(({ partition }) => partition)
  const running = [
    keepLeases(),
    work(),
    workOffLate(partitions, { ...options, signal }),
    areas.run({ everyMs: lookEveryMs, signal }),
    keepLimits({ pool, store, log, signal }),
  ]
  return {
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe()
      stopping.abort()
      await Promise.all(running)
      await leases
        .release()
        .catch((error: unknown) => log.info({ err: error }, 'partitions are left to their time'))
    },
  }
}

function isRead({ partition }: Held): 'true' | 'false' {
  return partition.known === undefined ? 'false' : 'true'
}

const Woken = Type.Object({ gateways: Type.Array(Type.String()) })

/** None where it can't be read: the partitions are looked at by themselves. */
function gatewaysIn(message: Msg): readonly string[] {
  try {
    return check(Woken, message.json(), 'wake').gateways
  } catch {
    return []
  }
}
