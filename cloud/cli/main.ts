import { CLI_COMMANDS, commandLine } from './command-line.ts'
import { cliEnvironment } from './environment.ts'
import { processTerminal } from './terminal.ts'

const [name, ...args] = process.argv.slice(2)
const command = CLI_COMMANDS.find((known) => known === name)
if (command || name === 'model') {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort(signal))
  const terminal = processTerminal(process)
  const { signal } = stopping
  if (command) {
    process.exitCode = await commandLine(command, args, { terminal, environment: cliEnvironment(), signal })
  } else {
    // Models need no platform, and a platform no inference.
    const { modelCommandLine } = await import('@ganzhi/models/cli/command-line')
    process.exitCode = await modelCommandLine(args, { terminal, signal })
  }
}
// The server itself, which a command has no need to load.
else await import('../main.ts')
