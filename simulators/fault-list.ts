import { keyOf, randomStream } from './signal.ts'

/** What every fault may say about when it befalls. */
interface Chance {
  /** So many times; until `clear` when left out. */
  readonly times?: number
  /** Share of the chances that it takes, by the seed; all when left out. */
  readonly p?: number
}

export interface FaultList<Fault, Asked> {
  add(fault: Fault): void
  clear(): void
  /** What befalls this; counts against `times`. */
  befalling(asked: Asked): readonly Fault[]
  /** In [0, 1), by the seed: which bit is flipped, and the like. */
  random(): number
}

export function makeFaults<Fault extends Chance, Asked>(
  seed: number,
  first: readonly Fault[],
  hits: (fault: Fault, asked: Asked) => boolean,
): FaultList<Fault, Asked> {
  const random = randomStream(keyOf(seed, 'fault'))
  const entry = (fault: Fault) => ({ fault, left: fault.times ?? Infinity })
  let list = first.map(entry)
  return {
    add: (fault) => void list.push(entry(fault)),
    clear: () => void (list = []),
    befalling(asked) {
      const hit = list.filter(
        ({ fault }) => hits(fault, asked) && (fault.p === undefined || random() < fault.p),
      )
      for (const each of hit) each.left -= 1
      list = list.filter(({ left }) => left > 0)
      return hit.map(({ fault }) => fault)
    },
    random,
  }
}

/** `delay ms=500 unit=3 times=2` as an object: its first word is the kind. */
export function faultWords(line: string): Record<string, string | number> {
  const [kind = '', ...words] = line.trim().split(/\s+/)
  const fields = words.map((word): [string, string | number] => {
    const [name = '', value = ''] = word.split('=')
    return [name, /^\d+(\.\d+)?$/.test(value) ? Number(value) : value]
  })
  return { kind, ...Object.fromEntries(fields) }
}
