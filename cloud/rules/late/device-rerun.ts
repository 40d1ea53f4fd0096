import type { Pool } from 'pg'
import type { RuleInput } from '../engine/rule-input.ts'
import { merged, storedInputs } from '../history/stored-inputs.ts'
import { storedReach } from '../history/stored-reach.ts'
import { type WatchedDevice, judgedUntil } from '../live/device-watch.ts'
import { attributesThen } from './attributes-then.ts'
import { checkpointsOf } from './checkpoints.ts'
import type { LateSpan } from './late-spans.ts'
import { RuleRerun, beginningOf } from './rule-rerun.ts'

/** Inputs that are taken before others have their turn. */
const AT_ONCE = 500

/** The rules of a device for which values came late, run over again together: what is stored is read once for all of them. */
export interface DeviceRerun {
  readonly partition: number
  readonly device: WatchedDevice
  /** As it was when this began. */
  readonly placement: WatchedDevice['placement']
  readonly spans: readonly LateSpan[]
  readonly rules: readonly RuleRerun[]
  readonly failures: Map<RuleRerun, unknown>
}

export async function beginRerun(
  pool: Pool,
  partition: number,
  device: WatchedDevice,
  spans: readonly LateSpan[],
): Promise<DeviceRerun> {
  const { placement } = device
  const checkpoints = await checkpointsOf(pool, { partition, ...device })
  const knownSince = await firstSeen(pool, device)
  const then = await attributesThen(pool, device)
  const rules = spans.flatMap(({ rule, firstAt, lastAt }) =>
    device.watches
      .filter((watch) => watch.rule.id === rule && !watch.stopped && lastAt > watch.begun)
      .map((watch) => new RuleRerun(watch, beginningOf(watch, firstAt, checkpoints, knownSince), then)),
  )
  return { partition, device, placement, spans, rules, failures: new Map() }
}

/** Judged by the rules as they are now, and by what the device is now. */
export function isVoid({ device, placement, rules }: DeviceRerun): boolean {
  return (
    device.placement !== placement ||
    rules.some(({ watch }) => !device.watches.some(({ since, stopped }) => since === watch.since && !stopped))
  )
}

/** Takes all that is stored, as far as each rule judges when the platform's time is `clock`. */
export async function advanceRerun(
  { partition, device, rules, failures }: DeviceRerun,
  pool: Pool,
  clock: number,
  { breathe, signal }: { readonly breathe?: () => Promise<void>; readonly signal?: AbortSignal } = {},
): Promise<void> {
  if (rules.length === 0) return
  const checkpoints = await checkpointsOf(pool, { partition, ...device })
  const until = ({ watch }: RuleRerun): number => judgedUntil(device, watch.rule, clock)
  const each = (work: (rule: RuleRerun) => void): void => {
    for (const rule of rules) {
      if (failures.has(rule)) continue
      try {
        work(rule)
      } catch (error) {
        failures.set(rule, error)
      }
    }
  }
  const span = {
    from: Math.min(...rules.map((rule) => rule.until)) + 1,
    to: Math.max(...rules.map(until)) + 1,
  }
  const minds = rules.some(({ watch }) => watch.rule.compiled.mindsReach)
  const reachOf = await storedReach(pool, minds ? [device] : [], span)
  const stored = storedInputs(pool, device, heeded(device, rules), span, { ...(signal && { signal }) })
  for await (const page of withChanges(stored, reachOf(device))) {
    for (let i = 0; i < page.length; i += AT_ONCE) {
      const inputs = page.slice(i, i + AT_ONCE)
      each((rule) => rule.take(inputs, until(rule), checkpoints))
      await breathe?.()
    }
  }
  each((rule) => rule.passTo(until(rule), checkpoints))
}

function heeded(
  device: WatchedDevice,
  rules: readonly RuleRerun[],
): { properties: Set<string>; eventTypes: Set<string> } {
  const compiled = rules.map(({ watch }) => watch.rule.compiled)
  const waits = rules.some(
    ({ watch, state }) => watch.rule.compiled.countsFromFirstInput && state === undefined,
  )
  return {
    properties: new Set([
      ...compiled.flatMap(({ properties }) => [...properties]),
      // Its first input begins it, whatever that is about.
      ...(waits ? device.properties : []),
    ]),
    eventTypes: new Set(compiled.flatMap(({ eventTypes }) => [...eventTypes])),
  }
}

/** Each in its place; of one moment they come first. */
async function* withChanges(
  pages: AsyncIterable<readonly RuleInput[]>,
  changes: readonly RuleInput[],
): AsyncGenerator<readonly RuleInput[]> {
  let left = changes
  for await (const page of pages) {
    const last = page.at(-1)?.at ?? 0
    const due = left.filter(({ at }) => at <= last)
    left = left.slice(due.length)
    yield due.length === 0 ? page : [...merged(due, page)]
  }
  if (left.length > 0) yield left
}

async function firstSeen(pool: Pool, { gatewayId, device }: WatchedDevice): Promise<number | undefined> {
  const { rows } = await pool.query<{ first_seen: Date }>(
    'SELECT first_seen FROM device WHERE (gateway_id, name) = ($1, $2)',
    [gatewayId, device],
  )
  return rows[0]?.first_seen.getTime()
}
