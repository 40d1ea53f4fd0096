import { commandLine } from './cli/command-line.ts'

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second one ends the process by itself.
  process.once(name, () => stop.abort(new Error(name)))
}

process.exitCode = await commandLine(
  process.argv.slice(2),
  { out: (text) => console.log(text), err: (text) => console.error(text) },
  stop.signal,
)
