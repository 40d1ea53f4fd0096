import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

export const HELP = `npm run alarms -- [options]

Kills rules, ingest, NATS and PostgreSQL at random under late and disordered values that arrive twice, and compares all
alarms that were told with what an evaluator apart makes of the same ledger. Exit code 0: the same; 1: not; 2: bad use.

  --rounds N    so often something is broken (default 20)
  --seed S      the choices of an earlier run again
  --help
`

export interface Options {
  readonly rounds: number
  readonly seed: string
  readonly help: boolean
}

/** Throws an Error with one line for the person who typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: randomBytes(4).toString('hex') },
      help: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 0)
    throw new Error(`--rounds ${values.rounds} is no number of rounds`)
  return { rounds, seed: values.seed, help: values.help }
}
