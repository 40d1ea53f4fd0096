import { runProgram } from '../program.ts'
import { HELP, type Options, readOptions } from './cli.ts'
import { runRounds } from './run-rounds.ts'

async function run({ help, seed, rounds }: Options, signal: AbortSignal): Promise<number> {
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const again = `npm run alarms -- --seed ${seed} --rounds ${rounds}`
  console.error(again)
  const say = (line: string) => console.error(line)
  const { record, verdict, directory } = await runRounds({ seed, rounds, say, signal })
  const { told, expected, faults } = verdict
  for (const fault of faults) console.log(fault)
  if (record) {
    const { ofDevices, late, revised } = record
    console.log(
      `${rounds} rounds, ${ofDevices.length} values and events: ${told} transitions told, ${expected} by the text; ${late} late, ${revised} revised`,
    )
  }
  if (directory !== undefined) console.log(`again: ${again}; logs and data in ${directory}`)
  return faults.length === 0 ? 0 : 1
}

process.exitCode = await runProgram({ help: HELP, readOptions, run })
