import { isGanzhiError } from '@ganzhi/contracts/error'
import { destination, pino } from 'pino'
import { simulateCamera } from './camera/command.ts'
import { paintStreets } from './camera/street/moments/command.ts'
import { simulateModbus } from './modbus/command.ts'
import { simulateRtu } from './rtu/command.ts'
import { simulateUplink } from './uplink/command.ts'

const HELP = `ganzhi-sim: simulated devices 模拟设备

  ganzhi-sim modbus [--port N] …      Modbus TCP
  ganzhi-sim rtu [--baud B] …         Modbus RTU on a serial port, or over TCP
  ganzhi-sim camera [--cameras K] …   RTSP (H.264), MJPEG, snapshots, ONVIF
  ganzhi-sim uplink --to H:P …        a mobile link that goes away and comes back
  ganzhi-sim street --pictures N      pictures of streets with boxes, to train on

Each with --help says what it can play. 各命令加 --help 查看选项。
`

const SIMULATORS = new Map([
  ['modbus', simulateModbus],
  ['rtu', simulateRtu],
  ['camera', simulateCamera],
  ['uplink', simulateUplink],
  ['street', paintStreets],
])

const log = pino({ name: 'ganzhi-sim' }, destination({ fd: 2, sync: true }))
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
process.once('SIGINT', () => stop.abort())

const [name, ...args] = process.argv.slice(2)
const simulate = SIMULATORS.get(name ?? '')
const print = (text: string) => void process.stdout.write(text)

try {
  if (simulate) {
    const { stdin } = process
    await simulate({ args, stdin, print, log, now: Date.now, signal: stop.signal })
    // An open stdin would keep the process alive.
    stdin.destroy()
  } else if (name === '--help' || name === undefined) {
    print(HELP)
    if (name === undefined) process.exitCode = 2
  } else {
    process.stderr.write(`There is no simulator "${name}". 没有这种模拟器。 Try: ganzhi-sim --help\n`)
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
