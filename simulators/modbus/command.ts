import { parseArgs } from 'node:util'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { type Faults, faultList, parseFault } from './fault.ts'
import { FAULTS_HELP, obey, type OrderContext } from './orders.ts'
import { type ModbusServer, serveModbus } from './server.ts'
import { makeUnits, UNIT_OPTIONS, type Units, UNITS_HELP } from './units.ts'

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

export interface CommandContext extends OrderContext {
  readonly args: readonly string[]
  readonly now: () => number
  readonly signal: AbortSignal
}

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
  const units = await makeUnits(values, context.now)
  const faults = faultsFrom(values.fault, units.seed)

  await using stack = new AsyncDisposableStack()
  const servers: ModbusServer[] = []
  const unitsOf: ReturnType<Units['at']>[] = []
  for (let place = 0; place < options.ports; place++) {
    const unitOf = units.at(place)
    const server = await serveModbus({
      host: options.host,
      port: options.port === 0 ? 0 : options.port + place,
      unitOf,
      faults,
      log: context.log,
      latencyMs: options['latency-ms'],
      turnaroundMs: options['turnaround-ms'],
      singleClient: values['single-client'],
      ...(options.depth === undefined ? {} : { depth: options.depth }),
    })
    servers.push(stack.use(server))
    unitsOf.push(unitOf)
  }
  using _ = obey(context, {
    faults,
    truth: () => servers.flatMap(({ port }, place) => truthOf(units, unitsOf[place], { port })),
    restart: async (afterMs) => void (await Promise.all(servers.map((server) => server.restart(afterMs)))),
  })
  const ports = servers.map(({ port }) => port)
  context.print(
    `${JSON.stringify({ ready: true, port: ports[0], ports, devices: units.ids.length, seed: units.seed })}\n`,
  )
  await ended(context.signal)
}

export function faultsFrom(lines: readonly string[], seed: number): Faults {
  const faults = faultList(seed)
  for (const line of lines) faults.add(parseFault(line))
  return faults
}

/** What each unit says now. */
export function truthOf(units: Units, unitOf: ReturnType<Units['at']> | undefined, where: object): object[] {
  return units.ids.map((unit) => ({ ...where, unit, values: unitOf?.(unit)?.truth() ?? {} }))
}

export async function ended(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
