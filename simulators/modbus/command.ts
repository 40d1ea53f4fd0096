import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { check } from '@ganzhi/contracts/schema'
import type { Logger } from 'pino'
import Type from 'typebox'
import { cityBlock } from './city-block.ts'
import { faultList, type Faults, parseFault } from './fault.ts'
import { serveModbus } from './server.ts'

export const MODBUS_HELP = `ganzhi-sim modbus: many simulated devices behind one Modbus TCP port
模拟一个 Modbus TCP 端口上的多台设备

  --port N       TCP port, 0 for a free one                      端口，0 为任意空闲端口      (5020)
  --host H       address to listen on                            监听地址                    (127.0.0.1)
  --devices D    units 1 to D, at most 247: odd ones are air     单元 1 至 D，最多 247：
                 stations, even ones pump wells                  单数为空气站，双数为泵井     (10)
  --seed S       same seed and time, same values                 种子与时刻相同则数值相同     (1)
  --fault F      a fault from the start, may be repeated         启动时即有的故障，可重复
  --json         one JSON document a line on stdout, as always   标准输出为 JSON（始终如此）
  --help         this text                                       本说明

Faults, with --fault or as lines on stdin 故障，用 --fault 或从标准输入逐行给出:
  delay ms=3000      a reply comes late                          应答迟到
  drop               no reply                                    不应答
  exception code=2   an exception in place of data               返回异常码
  truncate           a reply breaks off                          应答被截断
  foreign            a frame of another transaction comes first  先来一个别的事务的帧
  close              the connection is closed                    关闭连接
  clear              all of them end                             清除全部故障
Each takes unit=N table=holding address=N times=N 均可限定单元、表、地址、次数:  drop unit=3 times=5
`

const Options = Type.Object({
  host: Type.String({ minLength: 1 }),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  devices: Type.Integer({ minimum: 1, maximum: 247 }),
  seed: Type.Integer(),
})

export interface CommandContext {
  readonly args: readonly string[]
  readonly stdin: NodeJS.ReadableStream
  readonly print: (text: string) => void
  readonly log: Logger
  readonly now: () => number
  readonly signal: AbortSignal
}

/** Serves until the signal aborts. */
export async function simulateModbus(context: CommandContext): Promise<void> {
  const { values } = parseArgs({
    args: [...context.args],
    options: {
      port: { type: 'string', default: '5020' },
      host: { type: 'string', default: '127.0.0.1' },
      devices: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      fault: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return context.print(MODBUS_HELP)
  const given = {
    host: values.host,
    port: Number(values.port),
    devices: Number(values.devices),
    seed: Number(values.seed),
  }
  const { host, port, devices, seed } = check(Options, given, 'options')
  const faults = faultList()
  for (const line of values.fault) faults.add(parseFault(line))

  const mapOf = cityBlock(seed, devices, context.now)
  await using server = await serveModbus({ host, port, mapOf, faults, log: context.log })
  using _ = obey(context, faults)
  context.print(`${JSON.stringify({ ready: true, port: server.port, devices, seed })}\n`)
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve()
    context.signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function obey({ stdin, log }: CommandContext, faults: Faults): Disposable {
  const lines = createInterface({ input: stdin })
  lines.on('line', (line) => {
    if (line.trim() === '') return
    if (line.trim() === 'clear') return faults.clear()
    try {
      faults.add(parseFault(line))
      log.info({ fault: line }, 'fault on')
    } catch (error) {
      log.warn({ err: error, line }, 'not a fault: see --help')
    }
  })
  return { [Symbol.dispose]: () => lines.close() }
}
