import { systemClock } from '@ganzhi/device-drivers/clock'
import { driverOf } from '@ganzhi/device-drivers/registry'
import { type SerialPortFacts, serialPorts } from '@ganzhi/device-drivers/serial-ports'
import { hostsIn } from '../../installer/host-range.ts'
import { type PreparedScan, prepareScan, type ScanRequest } from '../../installer/scan-devices.ts'
import { duration } from '../bar.ts'
import { badUse, type Call, command, type ExitCode, wholeNumber } from '../command.ts'
import { scanProgress } from '../scan-progress.ts'
import { scanText } from '../scan-text.ts'
import { confirmed, type Terminal } from '../terminal.ts'
import { textTable } from '../text-table.ts'

export const scan = command({
  help: `
ganzhi-edge scan --serial [path…] [--baud 9600,19200] [--parity none,even,odd] [--unit 1-247] [--json]
ganzhi-edge scan --tcp <host|range> [--port 502] [--unit 1] [--yes] [--json]
找设备：先显示要试多少次、多久，再逐一尝试；找到即显示，Ctrl-C 随时停止并列出已找到的。
Looks for devices: says first how many tries it takes and how long, shows each as it is found; Ctrl-C stops it and
lists what was found until then. Found devices come as connection JSON to paste, with the next command.

  --serial [path…]         串口；不给路径则列出本机串口 serial ports; without a path those of this machine are listed
  --baud 9600,19200        波特率 baud rates to try
  --parity none,even,odd   校验 parities to try
  --tcp <host|range>       主机或网段 a host, 192.168.1.0/24 or 192.168.1.10-50; 可重复 can be repeated
                           网段会先询问 a range is asked about first
  --port 502               TCP 端口 port
  --unit 1-247             单元号 unit numbers: 1-10,17
  --yes                    不再询问 do not ask
  --driver modbus          驱动 driver

例 examples:
  ganzhi-edge scan --serial
  ganzhi-edge scan --serial /dev/ttyUSB0 --baud 9600 --unit 1-10
  ganzhi-edge scan --tcp 192.168.1.0/24
`,
  positionals: 'path',
  options: {
    serial: { type: 'boolean' },
    baud: { type: 'string' },
    parity: { type: 'string' },
    tcp: { type: 'string', multiple: true },
    port: { type: 'string' },
    unit: { type: 'string' },
    yes: { type: 'boolean' },
    driver: { type: 'string', default: 'modbus' },
  },
  async run(values, call) {
    const { terminal, positionals } = call
    const json = values.json ?? false
    if (values.tcp && positionals.length > 0) throw badUse(`多余的参数 unexpected ${positionals.join(' ')}`)
    const paths = values.tcp || positionals.length > 0 ? positionals : await chosenPorts(call, json)
    if (paths === undefined) return 0
    const hosts = values.tcp?.flatMap(hostsIn)
    const request: ScanRequest = {
      ...(hosts ? { hosts } : { serial: paths }),
      ...(values.baud === undefined ? {} : { baudRates: baudRatesIn(values.baud) }),
      ...(values.parity === undefined ? {} : { parities: values.parity.split(',') }),
      ...(values.port === undefined ? {} : { port: wholeNumber(values.port, 'port', [1, 65_535]) }),
      ...(values.unit === undefined ? {} : { units: unitsIn(values.unit) }),
    }
    const prepared = prepareScan(driverOf(values.driver), request)
    const { tries, predictedMs } = prepared
    terminal.err(
      `要试 ${tries} 次，约 ${duration(predictedMs)}   ${tries} tries, about ${duration(predictedMs)}`,
    )
    if (hosts && hosts.length > 1 && !values.yes && !(await agreed(hosts, call))) return 1
    return await look(prepared, { driver: values.driver, json, among: hosts?.length ?? 0 }, call)
  },
})

async function look(
  prepared: PreparedScan,
  { driver, json, among }: { readonly driver: string; readonly json: boolean; readonly among: number },
  { terminal, signal }: Call,
): Promise<ExitCode> {
  const progress = scanProgress({ ...prepared, among }, terminal, systemClock)
  const document = await prepared.run({ clock: systemClock, signal, onStep: progress.onStep })
  progress.end()
  terminal.out(json ? JSON.stringify(document) : scanText(document, driver, terminal))
  return document.found.length > 0 ? 0 : 1
}

async function agreed(hosts: readonly string[], { terminal, signal }: Call): Promise<boolean> {
  if (!terminal.interactive) throw badUse('扫网段须加 a range of hosts needs --yes')
  const range = `${hosts[0]} … ${hosts.at(-1)}`
  return await confirmed(
    terminal,
    `将逐一连接 ${hosts.length} 个地址；这是您的网络吗？ ${hosts.length} addresses will be dialled, ${range}. Is it your network?`,
    signal,
  )
}

/** Undefined: there is nothing to scan, which has been said. */
async function chosenPorts(
  { terminal, signal }: Call,
  json: boolean,
): Promise<readonly string[] | undefined> {
  const ports = await serialPorts()
  if (json) {
    terminal.out(JSON.stringify({ ports }))
    return undefined
  }
  terminal.out(portsText(ports, terminal))
  if (ports.length === 0 || !terminal.interactive) return undefined
  const answer = await terminal.ask('扫描哪一个 which one (回车结束 Enter to end)? ', signal)
  const chosen = ports[Number(answer?.trim() || 0) - 1]
  return chosen && [chosen.stablePath ?? chosen.path]
}

function portsText(ports: readonly SerialPortFacts[], { colours }: Terminal): string {
  if (ports.length === 0) {
    return [
      '没有找到串口。 No serial port was found.',
      '  · 插上 USB 转 RS-485，再运行一次 plug in the USB–RS-485 adapter and run this again',
      '  · 在容器或虚拟机里，须把设备传进去 in a container or virtual machine it must be passed in: --device /dev/ttyUSB0',
      '  · 串口服务器用 a serial server is looked for with: ganzhi-edge scan --tcp <host>',
    ].join('\n')
  }
  const rows = ports.map(({ path, usb, manufacturer, stablePath }, i) => [
    String(i + 1),
    path,
    usb === undefined ? '板载 on the board' : `USB ${usb} ${manufacturer ?? ''}`.trimEnd(),
    stablePath ?? '',
  ])
  const columns = [
    { title: '#' },
    { title: '串口 port' },
    { title: '是什么 what' },
    { title: '固定名 stable name' },
  ]
  const next = `ganzhi-edge scan --serial ${ports[0]?.stablePath ?? ports[0]?.path}`
  return `${textTable(columns, rows)}\n\n下一步 next: ${colours.strong(next)}`
}

function baudRatesIn(text: string): number[] {
  return text.split(',').map((rate) => wholeNumber(rate, 'baud', [300, 4_000_000]))
}

function unitsIn(text: string): number[] {
  const units = text.split(',').flatMap((part) => {
    const [low = '', high = low] = part.split('-')
    const first = wholeNumber(low, 'unit', [0, 255])
    const last = wholeNumber(high, 'unit', [first, 255])
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
  return [...new Set(units)]
}
