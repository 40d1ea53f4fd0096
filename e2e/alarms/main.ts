import { HELP, type Options, readOptions } from './cli.ts'
import { runRounds } from './run-rounds.ts'

const BAD_USE = 2
const STOPPED = 130

async function main(): Promise<number> {
  const options = readOptionsOrSay(process.argv.slice(2))
  if (!options) return BAD_USE
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const { seed, rounds } = options
  console.error(`seed ${seed}`)
  const say = (line: string) => console.error(line)
  const found = await runRounds({ seed, rounds, say, signal: stop.signal }).catch((error: unknown) => {
    if (stop.signal.aborted) return undefined
    throw error
  })
  if (!found) return STOPPED
  const { record, verdict, directory } = found
  const { told, expected, faults } = verdict
  console.log(
    `${rounds} rounds, ${record.lines.length} values and events: ${told} transitions told, ${expected} by the text; ${record.late} late, ${record.revised} revised`,
  )
  for (const fault of faults) console.log(fault)
  if (directory !== undefined) console.log(`seed ${seed}; logs and data in ${directory}`)
  return faults.length === 0 ? 0 : 1
}

function readOptionsOrSay(args: readonly string[]): Options | undefined {
  try {
    return readOptions(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    return undefined
  }
}

process.exitCode = await main()
