import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type CompiledRule, compileRule } from '../cloud/rules/engine/compile-rule.ts'
import type { RuleInput, SampleInput } from '../cloud/rules/engine/rule-input.ts'
import type { RuleState } from '../cloud/rules/engine/rule-state.ts'
import { step } from '../cloud/rules/engine/step.ts'
import { type Bench, median, rounded } from './result.ts'
import { CITY_RULES } from './rules/city-rules.ts'
import { compareAll } from './yardsticks/bare-comparisons.ts'

const DEVICES = 1_300_000
const SAMPLES = 400_000
const TURNS = 5
const MARK = 0.2
const MOST_MB = 2_500
/** Now and then a device is beyond what its rules allow. */
const BEYOND = 0.01

interface Sample {
  readonly device: string
  readonly input: SampleInput
}

type States = Map<string, (RuleState | undefined)[]>

/** Samples a second that the engine judges on a core, in turns with a bare loop over the same; and the memory of a city's states. */
export const rules: Bench = async ({ seed, say, signal }) => {
  const compiled = CITY_RULES.map((rule) =>
    compileRule(rule, {
      openSchedule: () => {
        throw new Error('none of them has a schedule')
      },
    }),
  )
  const random = randomFrom(seed)
  const names = Array.from({ length: DEVICES }, (_, i) => `gateway-${i % 2_600}/device-${i}`)
  const states: States = new Map(names.map((name) => [name, compiled.map(() => undefined)]))
  const begin = Date.UTC(2026, 10, 21)
  for (const [property, value] of [
    ['pm10', 90],
    ['pm25', 30],
  ] as const) {
    for (const device of names) {
      const input = sample(begin, property, value + random())
      judge(compiled, states.get(device) ?? [], input)
    }
    signal.throwIfAborted()
  }
  const residentMb = residentAfterCollection()
  say(`${DEVICES} devices with ${compiled.length} rules each: ${Math.round(residentMb)} MB resident`)

  const bare = new Map(names.map((name) => [name, { pm25: 30, pm10: 90.5, beyond: 0 }]))
  const turns = []
  let transitions = 0
  for (let turn = 0; turn <= TURNS; turn++) {
    signal.throwIfAborted()
    const samples: Sample[] = Array.from({ length: SAMPLES }, (_, i) => ({
      device: names[Math.floor(random() * DEVICES)] ?? '',
      input: sample(
        begin + (turn + 1) * 3_600_000 + i,
        'pm25',
        random() < BEYOND ? 80 + 120 * random() : 10 + 60 * random(),
      ),
    }))
    const value = perSecond(() => {
      for (const { device, input } of samples) transitions += judge(compiled, states.get(device) ?? [], input)
    })
    const yardstick = perSecond(() => compareAll(bare, samples))
    // In the first turn Node still compiles.
    if (turn > 0) turns.push({ value, yardstick, ratio: value / yardstick })
    say(`${Math.round(value)} samples/s, bare ${Math.round(yardstick)}: ${rounded(value / yardstick)}`)
  }
  const ratio = median(turns.map((turn) => turn.ratio))
  return {
    value: Math.round(median(turns.map((turn) => turn.value))),
    yardstick: Math.round(median(turns.map((turn) => turn.yardstick))),
    ratio: rounded(ratio),
    mark: MARK,
    ok: ratio >= MARK && residentMb <= MOST_MB,
    ratios: turns.map((turn) => rounded(turn.ratio)),
    transitions,
    devices: DEVICES,
    residentMb: Math.round(residentMb),
    residentMark: MOST_MB,
  }
}

function judge(
  compiled: readonly CompiledRule[],
  states: (RuleState | undefined)[],
  input: RuleInput,
): number {
  let told = 0
  for (let i = 0; i < compiled.length; i += 1) {
    const rule = compiled[i]
    if (!rule) continue
    const { state, transitions } = step(rule, states[i], input)
    if (state !== states[i]) states[i] = state
    told += transitions.length
  }
  return told
}

function sample(at: number, property: string, value: number): SampleInput {
  return { kind: 'sample', at, property, value, quality: 'good' }
}

/** By the processor time that all threads of this process used: others want the machine as well. */
function perSecond(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (SAMPLES / (user + system)) * 1_000_000
}

function residentAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage.rss() / 1_000_000
}

/** The same numbers from the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
