import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BacktestDocument } from '@ganzhi/contracts/backtest'
import type { Rule } from '@ganzhi/contracts/rule'
import { compileRule } from '../cloud/rules/engine/compile-rule.ts'
import type { SampleInput } from '../cloud/rules/engine/rule-input.ts'
import type { RuleState } from '../cloud/rules/engine/rule-state.ts'
import { step } from '../cloud/rules/engine/step.ts'
import { type CityHistory, DAY_MS, MINUTE_MS, fill, targetOf, valueAt } from './backtest/city-history.ts'
import { query } from './lab/ingest-role.ts'
import { openLab } from './lab/lab.ts'
import { startRole } from './lab/role.ts'
import { type Bench, rounded } from './result.ts'

const FULL = { devices: 1_000, days: 30 }
const QUICK = { devices: 100, days: 3 }
const MARK = 0.8
const LONGEST_S = 120
const GANZHI = join(import.meta.dirname, '../cloud/bin/ganzhi.mjs')

const levels = [
  { severity: 'minor', when: { above: 60, clearBelow: 55, for: 'PT10M', clearFor: 'PT10M' } },
  { severity: 'major', when: { above: 120, clearBelow: 110, for: 'PT10M', clearFor: 'PT10M' } },
]
const silent = { severity: 'info', when: { noData: 'PT15M' } }
const shared = { version: 1, for: { property: 'pm25' } }
const HIGH = { id: 'pm25-high', ...shared, levels } as Rule
/** It has something to count at every sample: nothing of its history can be passed over. */
const HIGH_OR_SILENT = { id: 'pm25-high-or-silent', ...shared, levels: [silent, ...levels] } as Rule

interface Case {
  readonly name: string
  readonly rule: Rule
  readonly from: 'stored' | 'csv'
}
const CASES: readonly Case[] = [
  { name: 'stored', rule: HIGH, from: 'stored' },
  { name: 'stored, all of it read', rule: HIGH_OR_SILENT, from: 'stored' },
  { name: 'CSV', rule: HIGH, from: 'csv' },
]

/** Samples a second of a history on which a rule is tried, ÷ what the engine alone judges of the same samples in memory on one core. */
export const backtest: Bench = async ({ seed, quick, timescale, say, signal }) => {
  const { devices, days } = quick ? QUICK : FULL
  const now = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const history: CityHistory = { devices, days, from: now - days * DAY_MS, seed }
  const samples = devices * days * 1_440
  await using lab = await openLab({ timescale })
  const env = { DATABASE_URL: lab.databaseUrl, NATS_URL: lab.natsUrl, GANZHI_HTTP: '127.0.0.1:0' }
  await using api = await startRole(['cloud/main.ts', '--roles', 'api'], {
    env: { ...env, GANZHI_EVIDENCE: `${lab.dir}/evidence` },
    log: `${lab.dir}/api.log`,
  })
  const csv = join(lab.dir, 'history.csv')
  await query(lab, (client) => fill(client, history, csv, say))
  const person = { ...process.env, XDG_CONFIG_HOME: lab.dir }
  const { url, login } = api.facts as { url: string; login: { name: string; password: string } }
  const ganzhi = async (args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, [GANZHI, ...args], {
      env: { ...person, GANZHI_PASSWORD: login.password },
      maxBuffer: 2 ** 28,
      signal,
    })
    return stdout
  }
  await ganzhi(['login', '--url', url, '--name', login.name])

  const figures = []
  for (const { name, rule, from } of CASES) {
    signal.throwIfAborted()
    const file = join(lab.dir, `${rule.id}.json`)
    await writeFile(file, JSON.stringify(rule))
    const engine = judged(rule, history)
    const yardstick = samples / engine.seconds
    const span = ['--from', timeOf(history.from), '--to', timeOf(now)]
    const start = performance.now()
    const said = await ganzhi([
      'rule',
      'backtest',
      file,
      '--json',
      ...(from === 'csv' ? ['--csv', csv] : span),
    ])
    const seconds = (performance.now() - start) / 1_000
    const document = JSON.parse(said) as BacktestDocument
    const told = document.transitions.map(({ at, target, to }) => `${at} ${target} ${to}`)
    if (JSON.stringify(told) !== JSON.stringify(engine.told) || document.inputs !== samples) {
      throw new Error(
        `${name}: ${told.length} transitions of ${document.inputs} samples are not the ${engine.told.length} of the engine`,
      )
    }
    const value = samples / seconds
    say(
      `${name}: ${samples} samples in ${rounded(seconds)} s, ${rounded(value / yardstick)} of the engine's ${Math.round(yardstick)}/s`,
    )
    figures.push({
      name,
      seconds,
      value: Math.round(value),
      yardstick: Math.round(yardstick),
      ratio: value / yardstick,
      transitions: told.length,
    })
  }
  await rm(csv)
  const [worst] = figures.toSorted((a, b) => a.ratio - b.ratio)
  if (!worst) throw new Error('nothing was tried')
  return {
    value: worst.value,
    yardstick: worst.yardstick,
    ratio: rounded(worst.ratio),
    mark: MARK,
    ok: figures.every(({ ratio, seconds }) => ratio >= MARK && seconds <= LONGEST_S),
    samples,
    secondsMark: LONGEST_S,
    cases: figures.map((figure) => ({
      ...figure,
      seconds: rounded(figure.seconds),
      ratio: rounded(figure.ratio),
    })),
  }
}

/** The same samples, made beforehand, device by device; its time is that of the engine's steps alone. */
function judged(rule: Rule, history: CityHistory): { seconds: number; told: readonly string[] } {
  const compiled = compileRule(rule, {
    openSchedule: () => {
      throw new Error('it has no schedule')
    },
  })
  const minutes = history.days * 1_440
  const until = history.from + minutes * MINUTE_MS
  let ms = 0
  const told: { at: number; target: string; to: string }[] = []
  for (let device = 0; device < history.devices; device += 1) {
    const inputs = Array.from({ length: minutes }, (_, minute): SampleInput => {
      const at = history.from + minute * MINUTE_MS
      return {
        kind: 'sample',
        at,
        property: 'pm25',
        value: valueAt(history, device, minute),
        quality: 'good',
      }
    })
    const target = targetOf(device)
    let state: RuleState | undefined
    const start = performance.now()
    for (const input of [...inputs, { kind: 'clock', at: until - 1 } as const]) {
      const stepped = step(compiled, state, input)
      state = stepped.state
      for (const { at, to } of stepped.transitions) told.push({ at, target, to })
    }
    ms += performance.now() - start
  }
  told.sort((a, b) => a.at - b.at || (a.target < b.target ? -1 : 1))
  return { seconds: ms / 1_000, told: told.map(({ at, target, to }) => `${timeOf(at)} ${target} ${to}`) }
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
