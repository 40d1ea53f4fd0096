import { parseArgs } from 'node:util'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { aborted, type CommandContext } from '../command-context.ts'
import { faultList, FAULTS_HELP, parseFault } from '../modbus/fault.ts'
import { obey } from '../orders.ts'
import { UNIT_OPTIONS, unitChoice, UNITS_HELP } from '../modbus/unit-options.ts'
import { makeUnits } from '../modbus/units.ts'
import { makeBus } from './bus.ts'
import { ptyPort, tcpPort } from './port.ts'
import { wireClock } from './wire-clock.ts'

export const RTU_HELP = `ganzhi-sim rtu: many simulated devices on one serial line that keeps baud time
模拟一条按波特率计时的串行总线上的多台设备

  --baud B               9600, 19200, 115200 …                       波特率                     (9600)
  --parity P             none, even, odd                             校验                       (none)
  --data-bits 7|8        data bits                                   数据位                     (8)
  --stop-bits 1|2        stop bits                                   停止位                     (1)
  --turnaround-ms T      a unit thinks so long before it replies     单元应答前的处理时间       (0)
  --link PATH            a symbolic link to the port, which stays    指向串口的符号链接，
                         the same when the port comes back           串口恢复后路径不变
  --strict               units understand only a client whose port   客户端波特率不符则听不懂
                         is set to their baud rate
  --tcp-port N           RTU frames over TCP instead of a port,      以 TCP 承载 RTU 帧，代替串口
                         0 for a free one; --host H
  --fault F              a fault from the start, may be repeated     启动时即有的故障，可重复
  --json                 one JSON document a line, as always         标准输出为 JSON（始终如此）
  --help                 this text                                   本说明

${UNITS_HELP}
${FAULTS_HELP}`

const Options = Type.Object({
  baud: Type.Integer({ minimum: 300, maximum: 4_000_000 }),
  parity: Type.Enum(['none', 'even', 'odd']),
  'data-bits': Type.Enum([7, 8]),
  'stop-bits': Type.Enum([1, 2]),
  'turnaround-ms': Type.Number({ minimum: 0 }),
  'tcp-port': Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
})

/** Serves until the signal aborts. */
export async function simulateRtu(context: CommandContext): Promise<void> {
  const { values } = parseArgs({
    args: [...context.args],
    options: {
      ...UNIT_OPTIONS,
      baud: { type: 'string', default: '9600' },
      parity: { type: 'string', default: 'none' },
      'data-bits': { type: 'string', default: '8' },
      'stop-bits': { type: 'string', default: '1' },
      'turnaround-ms': { type: 'string', default: '0' },
      link: { type: 'string' },
      strict: { type: 'boolean', default: false },
      'tcp-port': { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      fault: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return context.print(RTU_HELP)
  const tcp = values['tcp-port']
  const given = {
    baud: Number(values.baud),
    parity: values.parity,
    'data-bits': Number(values['data-bits']),
    'stop-bits': Number(values['stop-bits']),
    'turnaround-ms': Number(values['turnaround-ms']),
    ...(tcp === undefined ? {} : { 'tcp-port': Number(tcp) }),
  }
  const options = check(Options, given, 'options')
  const choice = await unitChoice(values)
  const { seed } = choice
  const units = await makeUnits(choice, context.now)
  const faults = faultList(seed, values.fault)
  const { unitOf, truth } = units.at(0)
  const { baud } = options

  const receive = makeBus({
    line: {
      baudRate: baud,
      parity: options.parity,
      dataBits: options['data-bits'],
      stopBits: options['stop-bits'],
    },
    units: units.ids,
    unitOf,
    faults,
    clock: wireClock,
    turnaroundMs: options['turnaround-ms'],
    ...(values.strict ? { heard: async () => (await port.baudRate?.()) === baud } : {}),
  })
  const tcpAt = options['tcp-port']
  await using port =
    tcpAt === undefined ? await ptyPort(values.link, receive) : await tcpPort(values.host, tcpAt, receive)
  using _ = obey(context, {
    fault: (line) => faults.add(parseFault(line)),
    clear: () => faults.clear(),
    truth,
    restart: (afterMs) => port.vanish(afterMs),
  })
  const ready = { ready: true, ...port.address, baud, devices: units.ids.length, seed }
  context.print(`${JSON.stringify(ready)}\n`)
  await aborted(context.signal)
}
