import { runProgram } from '../program.ts'
import { HELP, type Options, readOptions } from './cli.ts'
import { judgeSeed } from './judge-seed.ts'

async function run({ help, seeds }: Options, signal: AbortSignal): Promise<number> {
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  let transitions = 0
  let faults = 0
  for (const seed of seeds) {
    try {
      const judged = await judgeSeed(seed, signal)
      transitions += judged.transitions
      if (judged.fault === undefined) continue
      faults++
      console.log(`seed ${seed}: ${judged.fault}`)
    } catch (error) {
      signal.throwIfAborted()
      faults++
      console.log(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  console.log(
    `${seeds.length} cases, ${transitions} transitions, ${faults} cases told otherwise than by the text`,
  )
  return faults === 0 ? 0 : 1
}

process.exitCode = await runProgram({ help: HELP, readOptions, run })
