import { parseArgs } from 'node:util'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { aborted, type CommandContext } from '../command-context.ts'
import type { Listener } from '../listener.ts'
import { obey } from '../orders.ts'
import { faultList, FAULTS_HELP, parseFault } from './fault.ts'
import { serveModbus } from './server.ts'
import { UNIT_OPTIONS, unitChoice, UNITS_HELP } from './unit-options.ts'
import { makeUnits, type Place } from './units.ts'

export const MODBUS_HELP = `ganzhi-sim modbus: many simulated devices behind Modbus TCP ports
模拟 Modbus TCP 端口上的多台设备

  --port N               TCP port, 0 for a free one                  端口，0 为任意空闲端口     (5020)
  --ports K              so many ports from N on, each with all      自 N 起共 K 个端口，每个端口
                         the units                                   都有全部单元               (1)
  --host H               address to listen on                        监听地址                   (127.0.0.1)
  --latency-ms L         the way there and back takes so long        往返时延                   (0)
  --turnaround-ms T      the device works so long on each request    设备逐个处理，每个耗时     (0)
  --depth N              more requests under way at once are lost    超过 N 个并发请求则丢失
  --single-client        a second client is hung up on               只接受一个客户端
  --fault F              a fault from the start, may be repeated     启动时即有的故障，可重复
  --json                 one JSON document a line, as always         标准输出为 JSON（始终如此）
  --help                 this text                                   本说明

${UNITS_HELP}
${FAULTS_HELP}`

const Options = Type.Object({
  host: Type.String({ minLength: 1 }),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  ports: Type.Integer({ minimum: 1, maximum: 2_000 }),
  'latency-ms': Type.Number({ minimum: 0 }),
  'turnaround-ms': Type.Number({ minimum: 0 }),
  depth: Type.Optional(Type.Integer({ minimum: 1 })),
})

/** Serves until the signal aborts. */
export async function simulateModbus(context: CommandContext): Promise<void> {
  const { values } = parseArgs({
    args: [...context.args],
    options: {
      ...UNIT_OPTIONS,
      port: { type: 'string', default: '5020' },
      ports: { type: 'string', default: '1' },
      host: { type: 'string', default: '127.0.0.1' },
      'latency-ms': { type: 'string', default: '0' },
      'turnaround-ms': { type: 'string', default: '0' },
      depth: { type: 'string' },
      'single-client': { type: 'boolean', default: false },
      fault: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return context.print(MODBUS_HELP)
  const given = {
    host: values.host,
    port: Number(values.port),
    ports: Number(values.ports),
    'latency-ms': Number(values['latency-ms']),
    'turnaround-ms': Number(values['turnaround-ms']),
    ...(values.depth === undefined ? {} : { depth: Number(values.depth) }),
  }
  const options = check(Options, given, 'options')
  const choice = await unitChoice(values)
  const { seed } = choice
  const units = await makeUnits(choice, context.now)
  const faults = faultList(seed, values.fault)

  await using stack = new AsyncDisposableStack()
  const listeners: { readonly place: Place; readonly server: Listener }[] = []
  for (let i = 0; i < options.ports; i++) {
    const place = units.at(i)
    const server = await serveModbus({
      host: options.host,
      port: options.port === 0 ? 0 : options.port + i,
      unitOf: place.unitOf,
      faults,
      latencyMs: options['latency-ms'],
      turnaroundMs: options['turnaround-ms'],
      singleClient: values['single-client'],
      ...(options.depth === undefined ? {} : { depth: options.depth }),
    })
    listeners.push({ place, server: stack.use(server) })
  }
  using _ = obey(context, {
    fault: (line) => faults.add(parseFault(line)),
    clear: () => faults.clear(),
    truth: () =>
      listeners.flatMap(({ place, server: { port } }) => place.truth().map((unit) => ({ port, ...unit }))),
    restart: async (afterMs) =>
      void (await Promise.all(listeners.map(({ server }) => server.restart(afterMs)))),
  })
  const ports = listeners.map(({ server }) => server.port)
  const ready = { ready: true, port: ports[0], ports, devices: units.ids.length, seed }
  context.print(`${JSON.stringify(ready)}\n`)
  await aborted(context.signal)
}
