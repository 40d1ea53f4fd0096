import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

export const HELP = `npm run rules -- [options]

Makes rules and values by chance, has \`ganzhi rule backtest\` judge them, and compares what it tells with an evaluator
of its own that goes by docs/rules.md alone. Exit code 0: all the same; 1: not; 2: bad use.

  --seeds N     so many cases (default 50)
  --seed S      the cases of an earlier run again
  --only S      the one case of this seed, such as 3f9a12c4-7
  --help
`

export interface Options {
  readonly seeds: readonly string[]
  readonly help: boolean
}

/** Throws an Error with one line for the person who typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '50' },
      seed: { type: 'string', default: randomBytes(4).toString('hex') },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { seed, only, help } = values
  const count = Number(values.seeds)
  if (!Number.isInteger(count) || count < 1) throw new Error(`--seeds ${values.seeds} is no number of cases`)
  return { seeds: only === undefined ? seedsOf(seed, count) : [only], help }
}

export function seedsOf(seed: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${seed}-${index + 1}`)
}
