import { createInterface } from 'node:readline'
import type { Logger } from 'pino'
import { type Faults, parseFault } from './fault.ts'

export const FAULTS_HELP = `Faults, with --fault or as lines on stdin 故障，用 --fault 或从标准输入逐行给出:
  drop               no reply: a dead unit, with unit=N          不应答（配合 unit=N 即失联单元）
  slow ms=300        the device works longer on it               设备处理变慢
  delay ms=3000      a reply is under way longer                 应答在途中延迟
  late               a reply comes only before the next one      应答拖到下一个应答之前才到
  exception code=2   an exception in place of data               返回异常码
  truncate           a reply breaks off                          应答被截断
  duplicate          a reply comes twice                         应答重复
  corrupt            one bit of a reply is flipped               应答有一位翻转
  foreign            a reply to somebody else comes first        先来一个别人的应答
  noise              two stray bytes come first                  先来两个杂散字节
  close              the connection is closed                    关闭连接
Each takes unit=N table=holding address=N times=N p=0.1 均可限定单元、表、地址、次数、概率:  drop unit=3 times=5

Lines on stdin only 仅限标准输入:
  clear              all faults end                              清除全部故障
  restart ms=500     the port goes, and comes back               端口消失后恢复
  truth              prints what the units say now, by property  打印各单元当前的真实值
`

export interface Orders {
  readonly faults: Faults
  readonly truth: () => unknown
  readonly restart: (afterMs: number) => Promise<void>
}

export interface OrderContext {
  readonly stdin: NodeJS.ReadableStream
  readonly print: (text: string) => void
  readonly log: Logger
}

/** Obeys the lines of stdin until it is disposed of. */
export function obey({ stdin, print, log }: OrderContext, { faults, truth, restart }: Orders): Disposable {
  const lines = createInterface({ input: stdin })
  lines.on('line', (text) => {
    const line = text.trim()
    const [, afterMs] = /^restart(?:\s+ms=(\d+))?$/.exec(line) ?? []
    if (line === '') return
    if (line === 'clear') return faults.clear()
    if (line === 'truth') return print(`${JSON.stringify({ truth: truth() })}\n`)
    if (line.startsWith('restart')) {
      return void restart(Number(afterMs ?? 500)).catch((err: unknown) => log.error({ err }, 'no restart'))
    }
    try {
      faults.add(parseFault(line))
      log.info({ fault: line }, 'fault on')
    } catch (error) {
      log.warn({ err: error, line }, 'not a fault: see --help')
    }
  })
  return { [Symbol.dispose]: () => lines.close() }
}
