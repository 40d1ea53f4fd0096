import { isGanzhiError } from '@ganzhi/contracts/error'
import { destination, pino } from 'pino'
import { readEnvironment } from '../../config.ts'
import { command, needed } from '../command.ts'

export const runAgent = command({
  help: `
ganzhi-edge run --config <gateway.yaml>
运行代理，直到 SIGTERM 或 Ctrl-C。日志写到标准错误，每行一个 JSON。
Runs the agent until SIGTERM or Ctrl-C. Logs go to stderr, one JSON a line.
`,
  options: { config: { type: 'string' } },
  async run({ config: file }, { terminal, signal, version }) {
    const path = needed(file, 'config')
    const environment = readEnvironment()
    const log = pino({ name: 'ganzhi-edge', level: environment.logLevel }, destination(2))
    try {
      const { run } = await import('../run-command.ts')
      const onReady = (facts: Record<string, unknown>) => terminal.out(JSON.stringify(facts))
      await run({ file: path, environment, version, log, onReady, signal })
      return 0
    } catch (error) {
      const callers = isGanzhiError(error) && error.blame === 'caller'
      log.fatal(
        callers ? { remedy: error.remedy, field: error.field } : { err: error },
        error instanceof Error ? error.message : String(error),
      )
      return callers ? 2 : 1
    }
  },
})
