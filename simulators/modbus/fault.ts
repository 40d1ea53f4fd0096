import { check } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'
import { type FaultList, faultWords, makeFaults } from '../fault-list.ts'
import type { Asked } from './reply.ts'

const closed = { additionalProperties: false } as const
const Unit = Type.Integer({ minimum: 0, maximum: 255 })
const Times = Type.Integer({ minimum: 1 })

export const Fault = Type.Object(
  {
    kind: Type.Enum([
      'delay',
      'late',
      'slow',
      'drop',
      'exception',
      'truncate',
      'foreign',
      'duplicate',
      'corrupt',
      'noise',
      'close',
    ]),
    /** Of this unit only; of every one when left out. */
    unit: Type.Optional(Unit),
    /** So many replies; all until `clear` when left out. */
    times: Type.Optional(Times),
    /** Share of the replies that it befalls, by the seed; all when left out. */
    p: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    ms: Type.Optional(Type.Integer({ minimum: 0 })),
    table: Type.Optional(Type.Enum(['coil', 'discrete', 'holding', 'input'])),
    address: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    code: Type.Optional(Type.Integer({ minimum: 1, maximum: 255 })),
  },
  closed,
)
export type Fault = Static<typeof Fault>

export function parseFault(line: string): Fault {
  return check(Fault, faultWords(line), 'fault')
}

export type Faults = FaultList<Fault, Asked>

/** Those of `lines` from the start. */
export function faultList(seed = 1, lines: readonly string[] = []): Faults {
  return makeFaults(seed, lines.map(parseFault), hits)
}

function hits(fault: Fault, asked: Asked): boolean {
  const { unit = asked.unit, table = asked.table, address = asked.address } = fault
  const covers = address >= asked.address && address < asked.address + asked.count
  return unit === asked.unit && table === asked.table && (fault.address === undefined || covers)
}

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
