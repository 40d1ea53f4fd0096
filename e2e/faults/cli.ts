import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

import { DEFECTS, type Defect, isDefect } from './defects.ts'
import type { Scenario } from './scenario.ts'

export const HELP = `npm run faults -- [options]

Breaks a whole platform under load, scenario by scenario, and compares what gateways accepted with what the
database holds: lost, duplicated, foreign, altered, disordered, unnamed. Exit code 0: six empty sets; 1: not; 2: bad use.

  --rounds N       rounds of random kills (default 20)
  --seed S         repeats the choices of an earlier run
  --only NAME      this scenario only; may be given more than once
  --defect NAME    plants a mistake that the oracle must see: ${Object.keys(DEFECTS).join(', ')}
  --minutes M      again and again, with new seeds, for so long
  --json           one JSON document on stdout
  --list           names the scenarios
  --help
`

export interface Options {
  readonly rounds: number
  readonly seed: string
  readonly scenarios: readonly Scenario[]
  readonly defect: Defect | undefined
  readonly minutes: number
  readonly json: boolean
  readonly show: 'help' | 'list' | undefined
}

/** Throws an Error with one line for the person who typed it. */
export function readOptions(args: readonly string[], known: readonly Scenario[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: randomBytes(4).toString('hex') },
      only: { type: 'string', multiple: true },
      defect: { type: 'string' },
      minutes: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { defect } = values
  if (defect !== undefined && !isDefect(defect)) {
    throw new Error(`--defect ${defect} is none of ${Object.keys(DEFECTS).join(', ')}`)
  }
  const only = values.only ?? (defect ? [DEFECTS[defect].shownBy] : undefined)
  return {
    rounds: count(values.rounds, '--rounds'),
    seed: values.seed,
    scenarios: only ? only.map((name) => named(name, known)) : known,
    defect,
    minutes: count(values.minutes, '--minutes'),
    json: values.json,
    show: values.help ? 'help' : values.list ? 'list' : undefined,
  }
}

function named(name: string, known: readonly Scenario[]): Scenario {
  const scenario = known.find((each) => each.name === name)
  if (scenario) return scenario
  throw new Error(`--only ${name} is none of ${known.map((each) => each.name).join(', ')}`)
}

function count(text: string, option: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  throw new Error(`${option} ${text} is not a number`)
}
