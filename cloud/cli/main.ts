import { CLI_COMMANDS, commandLine } from './command-line.ts'
import { cliEnvironment } from './environment.ts'
import { processTerminal } from './terminal.ts'

const [name, ...args] = process.argv.slice(2)
const command = CLI_COMMANDS.find((known) => known === name)
if (command) {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort(signal))
  const terminal = processTerminal(process)
  process.exitCode = await commandLine(command, args, {
    terminal,
    environment: cliEnvironment(),
    signal: stopping.signal,
  })
}
// The server itself, which a command has no need to load.
else await import('../main.ts')
