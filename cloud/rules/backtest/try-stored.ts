import type { JudgedRule } from '../engine/judged-rule.ts'
import type { PoolClient } from 'pg'
import { targetName } from '../../alarms/write-transitions.ts'
import { DAY_MS } from '../../series-store/retention.ts'
import type { SampleInput } from '../engine/rule-input.ts'
import { watchFrom } from '../engine/step.ts'
import { type StoredBlock, readBlock } from '../history/stored-block.ts'
import { type HistoryDevice, firstInputs } from '../history/stored-devices.ts'
import { type Heeded, merged } from '../history/stored-inputs.ts'
import { storedReach } from '../history/stored-reach.ts'
import { linkOf } from '../../topology/target-name.ts'
import { askedLimits } from '../limits/asked-limits.ts'
import { storedLimits } from '../limits/stored-limits.ts'
import type { Span } from './backtest.ts'
import { isAboutLimits, passQuiet } from './quiet-devices.ts'
import type { TriedDevice, Trial } from './trial.ts'
import type { TriedOnes } from './tried-ones.ts'

/** What is held in memory at once is about twice this. */
const INPUTS_AT_ONCE = 500_000
const DEVICES_AT_ONCE = { least: 16, first: 64, most: 4_000 }

export interface StoredTask {
  /** Each is what one of the trials tries. */
  readonly rules: readonly JudgedRule[]
  readonly devices: readonly HistoryDevice[]
  /** ms since 1970; `to` is not included. */
  readonly span: Span
}

export interface TryOptions {
  readonly signal: AbortSignal
  readonly onProgress: (share: number) => void
}

/**
 * Lets several rules look at what is stored, read once, as if they had begun at the beginning of the span. A day is read of as many
 * devices as there is room for: days are partitions of the store, and what a rule knows of a device is little. What no rule would
 * do anything at is not read at all.
 */
export async function tryStored(
  client: PoolClient,
  trials: readonly Trial[],
  { rules, devices, span }: StoredTask,
  { signal, onProgress }: TryOptions,
): Promise<void> {
  const heeded: Heeded = {
    properties: new Set(trials.flatMap(({ rule }) => [...rule.properties])),
    eventTypes: new Set(trials.flatMap(({ rule }) => [...rule.eventTypes])),
  }
  const tried = await begun(client, trials, { rules, devices, span })
  const passes = trials.every(({ rule }, i) => rules[i] && isAboutLimits(rules[i], rule))
  const asked = askedLimits(...rules)
  const days = daysOf(span)
  let atOnce = DEVICES_AT_ONCE.first

  async function* pieces(): AsyncGenerator<Piece> {
    for (const [n, day] of days.entries()) {
      for (let from = 0; from < tried.length; from += DEVICES_AT_ONCE.most) {
        const group = tried.slice(from, from + DEVICES_AT_ONCE.most)
        const awake = passes ? await passQuiet(client, trials, group, day) : group
        for (let done = 0; done < awake.length;) {
          const ones = awake.slice(done, done + atOnce)
          done += ones.length
          const theirs = ones.map(({ device }) => device)
          const limits = await storedLimits(client, theirs, asked, day)
          yield { day, ones, limits, block: await readBlock(client, theirs, heeded, day) }
        }
        onProgress((n + Math.min(1, (from + group.length) / tried.length)) / days.length)
      }
    }
  }

  const reading = pieces()
  const read = async () => {
    const { value } = await reading.next()
    if (value) atOnce = roomFor(value.block.inputs / value.ones.length)
    return value
  }
  for (let next = read(); ;) {
    const piece = await next
    signal.throwIfAborted()
    if (!piece) break
    // The database reads on while this is judged, unless what it is to read comes of that.
    if (!passes) next = readAhead(read)
    judge(trials, piece)
    if (passes) next = read()
  }
  await findExtremes(client, trials, tried, heeded)
  const clock = { kind: 'clock', at: span.to - 1 } as const
  for (const { seen } of tried) {
    for (const [i, device] of seen.entries()) if (device) trials[i]?.take(device, clock)
  }
}

interface Piece {
  readonly day: Span
  readonly ones: readonly TriedOnes[]
  /** What was not written as it went. */
  readonly limits: ReadonlyMap<HistoryDevice, readonly SampleInput[]>
  readonly block: StoredBlock
}

/** It is awaited when the piece before is judged: should it fail meanwhile, that is not unhandled. */
function readAhead<T>(read: () => Promise<T>): Promise<T> {
  const reading = read()
  reading.catch(() => undefined)
  return reading
}

function judge(trials: readonly Trial[], { day, ones, limits, block }: Piece): void {
  for (const { device, seen, reach } of ones) {
    const heard = reach.filter(({ at }) => at >= day.from && at < day.to)
    const changes = [...merged(heard, limits.get(device) ?? [])]
    const inputs = block.inputsOf(device)
    for (const input of changes.length === 0 ? inputs : merged(changes, inputs)) {
      for (let i = 0; i < trials.length; i += 1) {
        const device = seen[i]
        if (device) trials[i]?.take(device, input)
      }
    }
  }
}

/** Of what was passed over only the day is known of the lowest and the highest value. */
async function findExtremes(
  client: PoolClient,
  trials: readonly Trial[],
  tried: readonly TriedOnes[],
  heeded: Heeded,
): Promise<void> {
  for (const { target, day, found } of trials.flatMap(({ unfound }) => [...unfound])) {
    const one = tried.find(({ seen }) => seen.some((each) => each?.target === target))
    if (!one) continue
    const block = await readBlock(client, [one.device], heeded, { from: day, to: day + DAY_MS })
    found(Iterator.from(block.inputsOf(one.device)).filter((input) => input.kind === 'sample'))
  }
}

async function begun(
  client: PoolClient,
  trials: readonly Trial[],
  { rules, devices, span }: StoredTask,
): Promise<TriedOnes[]> {
  const counts = trials.some(({ rule }) => rule.countsFromFirstInput)
  const firsts = counts ? await firstInputs(client, devices, span) : []
  const minds = trials.some(({ rule }) => rule.mindsReach)
  const reachOf = await storedReach(client, minds ? devices : [], span)
  return devices.map((device, n) => {
    const { gatewayId, gateway, device: name, attributes, knownSince } = device
    // As live: a rule looks at a device that is known from when it begins itself.
    const isKnown = knownSince !== null && knownSince <= span.from
    const first = isKnown ? span.from : (firsts[n] ?? Infinity)
    const reach = reachOf(device)
    const reached = reach.findLast(({ at }) => at <= first)?.reached ?? true
    const target = targetName({ gatewayId, gateway, device: linkOf(name) ?? name })
    const seen = trials.map(({ rule }, i): TriedDevice | undefined => {
      if (!sends(device, rules[i]?.for.property, rule)) return undefined
      const counts = (rule.countsFromFirstInput || rule.mindsReach) && first < Infinity
      return { target, attributes, state: counts ? watchFrom(rule, first, reached) : undefined }
    })
    return { device, seen, reach: reach.filter(({ at }) => at > first) }
  })
}

/** Rules that are tried together may be about different properties: a device that never sent that of one is none of its. */
function sends(
  { series }: HistoryDevice,
  property: string | undefined,
  { properties }: Trial['rule'],
): boolean {
  return (
    property === undefined || !properties.has(property) || series.some((each) => each.property === property)
  )
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
