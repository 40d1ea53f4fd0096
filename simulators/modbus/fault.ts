import { check } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'
import { keyOf, randomStream } from '../signal.ts'
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

/** `delay ms=500 unit=3 times=2` */
export function parseFault(line: string): Fault {
  const [kind = '', ...words] = line.trim().split(/\s+/)
  const fields = words.map((word): [string, string | number] => {
    const [name = '', value = ''] = word.split('=')
    return [name, /^\d+(\.\d+)?$/.test(value) ? Number(value) : value]
  })
  return check(Fault, { kind, ...Object.fromEntries(fields) }, 'fault')
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  /** What befalls the reply to this request; counts against `times`. */
  befalling(asked: Asked): readonly Fault[]
  /** In [0, 1), by the seed: which bit is flipped, and the like. */
  random(): number
}

/** Those of `lines` from the start. */
export function faultList(seed = 1, lines: readonly string[] = []): Faults {
  const random = randomStream(keyOf(seed, 'fault'))
  const entry = (fault: Fault) => ({ fault, left: fault.times ?? Infinity })
  let list = lines.map((line) => entry(parseFault(line)))
  return {
    add: (fault) => void list.push(entry(fault)),
    clear: () => void (list = []),
    befalling(asked) {
      const hits = list.filter(
        ({ fault }) => hit(fault, asked) && (fault.p === undefined || random() < fault.p),
      )
      for (const each of hits) each.left -= 1
      list = list.filter(({ left }) => left > 0)
      return hits.map(({ fault }) => fault)
    },
    random,
  }
}

function hit(fault: Fault, asked: Asked): boolean {
  const { unit = asked.unit, table = asked.table, address = asked.address } = fault
  const covers = address >= asked.address && address < asked.address + asked.count
  return unit === asked.unit && table === asked.table && (fault.address === undefined || covers)
}
