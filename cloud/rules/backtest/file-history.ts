import { open } from 'node:fs/promises'
import { stdin } from 'node:process'
import type { RuleInput } from '../engine/rule-input.ts'
import type { AskedLimit } from '../limits/asked-limits.ts'
import { withLimits } from '../limits/with-limits.ts'
import type { DeviceAttributes } from './attributes-file.ts'
import type { History } from './backtest.ts'
import { CsvHistory } from './csv-history.ts'
import type { DeviceEvent } from './event-lines.ts'

const PIECE_BYTES = 1024 * 1024

export interface HistorySource {
  /** `-` is what is piped in. */
  readonly csv: string
  readonly events: readonly DeviceEvent[]
  readonly attributes: DeviceAttributes
  /** What rules look at; all else is left out as it is read. */
  readonly properties: readonly string[]
  /** Reckoned for each device, unless the file has them. */
  readonly limits?: readonly AskedLimit[] | undefined
  /** Of the only device that counts. */
  readonly device?: string | undefined
  /** That a device must have to count. */
  readonly property?: string | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface FileHistory extends History {
  readonly rows: number
  /** All that came, looked at or not. */
  readonly properties: readonly string[]
}

/** A history from files. */
export async function readFileHistory(
  source: HistorySource,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes?: (bytes: number) => void },
): Promise<FileHistory> {
  const { csv: file, events, attributes, limits = [], device: only, property } = source
  const csv = new CsvHistory(file === '-' ? 'stdin' : file, source)
  let bytes = 0
  for await (const piece of file === '-' ? (stdin as AsyncIterable<Uint8Array>) : piecesOf(file)) {
    signal.throwIfAborted()
    csv.push(piece)
    onBytes?.((bytes += piece.length))
  }
  csv.end()

  const { from = -Infinity, to = Infinity } = source
  const eventsOf = Map.groupBy(
    events.filter(({ input: { at } }) => at >= from && at < to),
    ({ device }) => device,
  )
  const times = [...eventsOf.values()].flat().map(({ input }) => input.at)
  const ends = csv.span ? [csv.span.from, csv.span.to, ...times] : times

  const ofCsv = new Map(csv.devices().map((each) => [each.device, each]))
  const names = [...new Set([...ofCsv.keys(), ...eventsOf.keys()])].filter(
    (name) => only === undefined || name === only,
  )
  const last = ends.reduce((a, b) => Math.max(a, b), -Infinity)
  return {
    rows: csv.rows,
    properties: [...new Set([...ofCsv.values()].flatMap(({ properties }) => [...properties]))],
    span: ends.length === 0 ? undefined : { from: ends.reduce((a, b) => Math.min(a, b)), to: last },
    devices: names
      .filter((name) => property === undefined || ofCsv.get(name)?.properties.has(property))
      .map((name) => {
        const theirs = (eventsOf.get(name) ?? []).map(({ input }) => input).toSorted((a, b) => a.at - b.at)
        const samples = ofCsv.get(name)?.inputs ?? []
        const told = theirs.length === 0 ? samples : { [Symbol.iterator]: () => merged(samples, theirs) }
        const reckoned = limits.filter((limit) => !ofCsv.get(name)?.properties.has(limit.property))
        return {
          device: name,
          attributes: attributes.get(name),
          properties: ofCsv.get(name)?.properties,
          area: ofCsv.get(name)?.area,
          inputs:
            reckoned.length === 0 ? told : { [Symbol.iterator]: () => withLimits(told, reckoned, last) },
        }
      }),
  }
}

/** Each is good until the next: a file of gigabytes needs one buffer. */
async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  await using handle = await open(file)
  const buffer = new Uint8Array(PIECE_BYTES)
  for (;;) {
    const { bytesRead } = await handle.read(buffer)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** Both by time; at the same time samples come first. */
function* merged(samples: Iterable<RuleInput>, events: readonly RuleInput[]): Iterator<RuleInput> {
  let next = 0
  for (const sample of samples) {
    for (let event = events[next]; event && event.at < sample.at; event = events[next]) {
      yield event
      next += 1
    }
    yield sample
  }
  yield* events.slice(next)
}
