import type { LatestView } from '@ganzhi/contracts/api-views'
import { GanzhiError } from '@ganzhi/contracts/error'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'

export interface LiveFeedOptions {
  readonly latest: (ids: readonly number[]) => Promise<readonly LatestView[]>
  readonly everyMs: number
  readonly maxReaders: number
  readonly log: Logger
}

export interface LiveReader {
  readonly ids: ReadonlySet<number>
  /** Gets what changed since the last time, and everything known at first. */
  receive(changes: readonly LatestView[]): void
}

export interface LiveFeed extends Disposable {
  /** Returns how to leave. */
  join(reader: LiveReader): () => void
  readonly readers: number
}

/**
 * One question to the database a tick, however many are reading: the series that anybody watches. Nobody reading,
 * no question.
 */
export function openLiveFeed({ latest, everyMs, maxReaders, log }: LiveFeedOptions): LiveFeed {
  const readers = new Map<LiveReader, Map<number, LatestView>>()
  let known = new Map<number, LatestView>()
  let timer: NodeJS.Timeout | undefined
  let away = false

  async function tick() {
    const watched = new Set([...readers.keys()].flatMap((reader) => [...reader.ids]))
    try {
      known = keepEqual(known, await latest([...watched]))
      for (const [reader, told] of readers) hand(reader, told, known)
      if (away) log.info('live values flow again')
      away = false
    } catch (error) {
      if (!away) log.warn({ err: error }, 'live values stand still: the database does not answer')
      away = true
    }
    timer = readers.size > 0 ? setTimeout(() => void tick(), everyMs) : undefined
  }

  return {
    get readers() {
      return readers.size
    },
    join(reader) {
      if (readers.size >= maxReaders) throw tooManyReaders(maxReaders)
      readers.set(reader, new Map())
      timer ??= setTimeout(() => void tick(), 0)
      return () => readers.delete(reader)
    },
    [Symbol.dispose]() {
      clearTimeout(timer)
      readers.clear()
    },
  }
}

function hand(
  reader: LiveReader,
  told: Map<number, LatestView>,
  known: ReadonlyMap<number, LatestView>,
): void {
  const changes: LatestView[] = []
  for (const id of reader.ids) {
    const value = known.get(id)
    if (value === undefined || told.get(id) === value) continue
    told.set(id, value)
    changes.push(value)
  }
  if (changes.length > 0) reader.receive(changes)
}

/** A value that did not change stays the same object, so that readers are compared by identity. */
function keepEqual(known: ReadonlyMap<number, LatestView>, values: readonly LatestView[]) {
  return new Map(
    values.map((value) => {
      const before = known.get(value.series)
      return [value.series, before && isDeepStrictEqual(before, value) ? before : value]
    }),
  )
}

function tooManyReaders(max: number): GanzhiError {
  return new GanzhiError(`${max} pages already read live values.`, {
    code: 'too-many-live',
    blame: 'outside',
    remedy: 'Close pages that nobody looks at, or start another api role.',
    retryable: true,
  })
}
