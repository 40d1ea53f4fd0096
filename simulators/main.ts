import { isGanzhiError } from '@ganzhi/contracts/error'
import { destination, pino } from 'pino'
import { MODBUS_HELP, simulateModbus } from './modbus/command.ts'

const HELP = `ganzhi-sim: simulated devices 模拟设备

  ganzhi-sim modbus [--port N] [--seed S] [--devices D]    Modbus TCP

${MODBUS_HELP}`

const log = pino({ name: 'ganzhi-sim' }, destination({ fd: 2, sync: true }))
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
process.once('SIGINT', () => stop.abort())

const [simulator, ...args] = process.argv.slice(2)
const print = (text: string) => void process.stdout.write(text)

try {
  if (simulator === 'modbus') {
    const { stdin } = process
    await simulateModbus({ args, stdin, print, log, now: Date.now, signal: stop.signal })
    // An open stdin would keep the process alive.
    stdin.destroy()
  } else if (simulator === '--help' || simulator === undefined) {
    print(HELP)
    if (simulator === undefined) process.exitCode = 2
  } else {
    process.stderr.write(`There is no simulator "${simulator}". 没有这种模拟器。 Try: ganzhi-sim --help\n`)
    process.exitCode = 2
  }
} catch (error) {
  process.stdin.destroy()
  process.exitCode = isBadUse(error) ? 2 : 1
  const remedy = isGanzhiError(error) ? ` ${error.remedy ?? ''}` : ''
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${remedy}\n`)
}

function isBadUse(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return isGanzhiError(error, 'bad-input') || String(code).startsWith('ERR_PARSE_ARGS')
}
