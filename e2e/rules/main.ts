import { HELP, type Options, readOptions } from './cli.ts'
import { judgeSeed } from './judge-seed.ts'

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
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  let transitions = 0
  let faults = 0
  for (const seed of options.seeds) {
    try {
      const judged = await judgeSeed(seed, stop.signal)
      transitions += judged.transitions
      if (judged.fault === undefined) continue
      faults++
      console.log(`seed ${seed}: ${judged.fault}`)
    } catch (error) {
      if (stop.signal.aborted) return STOPPED
      faults++
      console.log(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  console.log(
    `${options.seeds.length} cases, ${transitions} transitions, ${faults} cases told otherwise than by the text`,
  )
  return faults === 0 ? 0 : 1
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
