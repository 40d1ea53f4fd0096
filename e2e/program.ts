const BAD_USE = 2
const STOPPED = 130

export interface Program<Options> {
  readonly help: string
  /** Throws an Error with one line for the person who typed it. */
  readonly readOptions: (args: readonly string[]) => Options
  /** Answers with the exit code. */
  readonly run: (options: Options, signal: AbortSignal) => Promise<number>
}

/** One of our commands, from what was typed to its exit code. */
export async function runProgram<Options>({ help, readOptions, run }: Program<Options>): Promise<number> {
  let options: Options
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    return BAD_USE
  }
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  try {
    return await run(options, stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return STOPPED
    throw error
  }
}
