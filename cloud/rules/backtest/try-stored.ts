import type { PoolClient } from 'pg'
import { DAY_MS } from '../../series-store/retention.ts'
import type { ReachInput } from '../engine/rule-input.ts'
import { watchFrom } from '../engine/step.ts'
import { readBlock } from '../history/stored-block.ts'
import { type HistoryDevice, firstInputs } from '../history/stored-devices.ts'
import { type Heeded, merged } from '../history/stored-inputs.ts'
import { storedReach } from '../history/stored-reach.ts'
import type { Span } from './backtest.ts'
import type { TriedDevice, Trial } from './trial.ts'

/** What is held in memory at once is about twice this. */
const INPUTS_AT_ONCE = 500_000
const DEVICES_AT_ONCE = { least: 16, first: 64, most: 4_000 }

export interface StoredTask {
  readonly devices: readonly HistoryDevice[]
  /** ms since 1970; `to` is not included. */
  readonly span: Span
}

export interface TryOptions {
  readonly signal: AbortSignal
  readonly onProgress: (share: number) => void
}

/** One device, as each of the trials sees it. */
interface Tried {
  readonly device: HistoryDevice
  readonly seen: readonly TriedDevice[]
  /** When its gateway was not heard of, and was again. */
  readonly reach: readonly ReachInput[]
}

/**
 * Lets several rules look at what is stored, read once, as if they had begun at the beginning of the span. A day is read of as many
 * devices as there is room for: days are partitions of the store, and what a rule knows of a device is little.
 */
export async function tryStored(
  client: PoolClient,
  trials: readonly Trial[],
  { devices, span }: StoredTask,
  { signal, onProgress }: TryOptions,
): Promise<void> {
  const heeded: Heeded = {
    properties: new Set(trials.flatMap(({ rule }) => [...rule.properties])),
    eventTypes: new Set(trials.flatMap(({ rule }) => [...rule.eventTypes])),
  }
  const tried = await begun(client, trials, devices, span)
  const days = daysOf(span)
  let atOnce = DEVICES_AT_ONCE.first
  let next = pieceFrom(0, 0)

  function pieceFrom(day: number, from: number) {
    const span = days[day]
    const pieces = tried.slice(from, from + atOnce)
    if (!span || pieces.length === 0) return undefined
    const theirs = pieces.map(({ device }) => device)
    const block = readBlock(client, theirs, heeded, span)
    // It is awaited when the one before is judged: if it fails meanwhile, that is not unhandled.
    block.catch(() => undefined)
    return { day, span, from, pieces, block }
  }

  while (next) {
    const { day, span: of, from, pieces } = next
    const block = await next.block
    signal.throwIfAborted()
    const end = from + pieces.length
    atOnce = roomFor(block.inputs / pieces.length)
    // The database reads on while this is judged.
    next = end < tried.length ? pieceFrom(day, end) : pieceFrom(day + 1, 0)
    for (const { device, seen, reach } of pieces) {
      const changes = reach.filter(({ at }) => at >= of.from && at < of.to)
      const inputs = block.inputsOf(device)
      for (const input of changes.length === 0 ? inputs : merged(changes, inputs)) {
        for (let i = 0; i < trials.length; i += 1) trials[i]?.take(seen[i] as TriedDevice, input)
      }
    }
    onProgress((day + end / tried.length) / days.length)
  }
  const clock = { kind: 'clock', at: span.to - 1 } as const
  for (const { seen } of tried) for (const [i, device] of seen.entries()) trials[i]?.take(device, clock)
}

async function begun(
  client: PoolClient,
  trials: readonly Trial[],
  devices: readonly HistoryDevice[],
  span: Span,
): Promise<Tried[]> {
  const counts = trials.some(({ rule }) => rule.countsFromFirstInput)
  const firsts = counts ? await firstInputs(client, devices, span) : []
  const minds = trials.some(({ rule }) => rule.mindsReach)
  const gateways = minds ? devices.map(({ gatewayId }) => gatewayId) : []
  const reaches = await storedReach(client, gateways, span)
  return devices.map((device, n) => {
    const { gatewayId, gateway, device: name, attributes } = device
    const first = firsts[n] ?? Infinity
    const reach = reaches.get(gatewayId) ?? []
    const reached = reach.findLast(({ at }) => at <= first)?.reached ?? true
    const seen = trials.map(({ rule }) => ({
      target: `${gateway}/${name}`,
      attributes,
      state: rule.countsFromFirstInput && first < Infinity ? watchFrom(rule, first, reached) : undefined,
    }))
    return { device, seen, reach: reach.filter(({ at }) => at > first) }
  })
}

/** Cut at midnight, UTC. */
function daysOf({ from, to }: Span): Span[] {
  const days: Span[] = []
  for (let begin = from; begin < to;) {
    const end = Math.min(to, (Math.floor(begin / DAY_MS) + 1) * DAY_MS)
    days.push({ from: begin, to: end })
    begin = end
  }
  return days
}

function roomFor(inputsOfDevice: number): number {
  const { least, most } = DEVICES_AT_ONCE
  return Math.min(most, Math.max(least, Math.floor(INPUTS_AT_ONCE / Math.max(1, inputsOfDevice))))
}
