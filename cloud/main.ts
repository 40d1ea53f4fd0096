import { parseArgs } from 'node:util'
import { isGanzhiError } from '@ganzhi/contracts/error'
import pino from 'pino'
import { describeEnvironment, readEnvironment } from './config.ts'
import { openFaultLab } from './ingest/fail-point.ts'
import { ROLES, rolesFrom, startCloud } from './start-cloud.ts'

const HELP = `ganzhi login|logout|command|export|area|device|alarm|notice|silence|indicator …   work on a running platform 操作运行中的平台; each has --help
ganzhi rule check|backtest …      告警规则, tried on history 回测; see ganzhi rule --help
ganzhi model …                    inspect, detect, evaluate, pack, sign, verify 检测模型; see ganzhi model --help
ganzhi [--roles ${ROLES.join(',')}]

Starts the cloud side. When it serves, it prints one line of JSON on stdout: {"ready":true,"url":…,"login":…}.
Logs go to stderr. SIGTERM ends it in order.

Environment:
${describeEnvironment()}`

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort(signal))
const log = pino(pino.destination({ dest: 2, sync: true }))

try {
  const { values } = parseArgs({
    options: { roles: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) console.log(HELP)
  else {
    const roles = rolesFrom(values.roles)
    const config = readEnvironment(process.env)
    log.level = config.GANZHI_LOG_LEVEL
    const lab = openFaultLab(process.env, (step, signal) => {
      log.warn({ failpoint: step, signal }, 'fault lab')
      process.kill(process.pid, signal)
    })
    await using cloud = await startCloud({ roles, config, lab, log, signal: stopping.signal })
    console.log(JSON.stringify({ ready: true, ...cloud.facts }))
    if (!stopping.signal.aborted) {
      await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve))
    }
  }
} catch (error) {
  if (!stopping.signal.aborted) {
    const misused = isGanzhiError(error) ? error.blame === 'caller' : isBadOption(error)
    process.exitCode = misused ? 2 : 1
    log.fatal({ err: error }, error instanceof Error ? sentence(error) : String(error))
  }
}

function isBadOption(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

function sentence(error: Error): string {
  return isGanzhiError(error) && error.remedy ? `${error.message}. ${error.remedy}` : error.message
}
