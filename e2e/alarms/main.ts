import { runProgram } from '../program.ts'
import { HELP, type Options, readOptions } from './cli.ts'
import { runRounds } from './run-rounds.ts'

async function run({ help, seed, rounds }: Options, signal: AbortSignal): Promise<number> {
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const say = (line: string) => console.error(line)
  say(`seed ${seed}`)
  const { record, verdict, directory } = await runRounds({ seed, rounds, say, signal })
  const { told, expected, faults } = verdict
  console.log(
    `${rounds} rounds, ${record.lines.length} values and events: ${told} transitions told, ${expected} by the text; ${record.late} late, ${record.revised} revised`,
  )
  for (const fault of faults) console.log(fault)
  if (directory !== undefined) console.log(`seed ${seed}; logs and data in ${directory}`)
  return faults.length === 0 ? 0 : 1
}

process.exitCode = await runProgram({ help: HELP, readOptions, run })
