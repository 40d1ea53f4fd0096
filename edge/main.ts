import { setFlagsFromString } from 'node:v8'
import { commandLine } from './cli/command-line.ts'
import { processTerminal } from './cli/terminal.ts'

// The agent's garbage is little and short-lived: a young generation that grows would cost a gateway 15 MB for nothing.
setFlagsFromString('--semi-space-growth-factor=1')

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second one ends the process by itself.
  process.once(name, () => stop.abort(new Error(name)))
}

process.exitCode = await commandLine(process.argv.slice(2), processTerminal(process), stop.signal)
