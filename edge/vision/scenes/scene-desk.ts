import { type EventCodeTable, loadEventCodes } from '@ganzhi/firmware-config/event-codes'
import type { PlacedScene } from '@ganzhi/firmware-config/scenes/placed-scene'
import { CameraWatch, type WatchOptions } from './camera-watch.ts'
import { type BookOptions, IncidentBook } from './incident-book.ts'
import { type EventSource, lastingOf, nextEvent } from './scene-events.ts'

export interface DeskOptions extends BookOptions, Pick<WatchOptions, 'random'> {
  readonly gateway: string
}

/** What one model of a camera watches for. */
export interface CameraToWatch
  extends Omit<EventSource, 'gateway'>, Pick<WatchOptions, 'privacy' | 'people' | 'closer' | 'film'> {
  readonly scenes: readonly PlacedScene[]
}

/** The scenes of all cameras, and the incidents in them: those of an earlier run go on. */
export class SceneDesk implements AsyncDisposable {
  readonly #options: DeskOptions
  readonly #book: IncidentBook
  readonly #codes: readonly EventCodeTable[]
  readonly #watches = new Set<CameraWatch>()

  private constructor(options: DeskOptions, book: IncidentBook, codes: readonly EventCodeTable[]) {
    this.#options = options
    this.#book = book
    this.#codes = codes
  }

  static async open(options: DeskOptions): Promise<SceneDesk> {
    return new SceneDesk(options, await IncidentBook.open(options), await loadEventCodes())
  }

  /** Until it is disposed of; whoever watches the same camera next goes on with its incidents. */
  watch({ scenes, privacy, people, closer, film, ...camera }: CameraToWatch): CameraWatch {
    const source = { ...camera, gateway: this.#options.gateway }
    const closed = (watch: CameraWatch) => void this.#watches.delete(watch)
    const watch = new CameraWatch({
      ...this.#options,
      source,
      scenes,
      privacy,
      people,
      closer,
      film,
      book: this.#book,
      codes: this.#codes,
      closed,
    })
    this.#watches.add(watch)
    return watch
  }

  /** All cameras are watched that shall be: an incident in a zone that is no more is withdrawn. */
  async settle(): Promise<void> {
    const watched = new Set([...this.#watches].flatMap(({ keys }) => [...keys]))
    const gone = [...this.#book.open].filter(([key]) => !watched.has(key) && !this.#book.isTelling(key))
    const at = this.#options.clock.now()
    const change = { phase: 'ended', reason: 'withdrawn' } as const
    await Promise.all(
      gone.map(([, last]) => this.#book.tell(nextEvent(last, { at, change, incident: lastingOf(last) }))),
    )
  }

  /** What cameras have seen is told. */
  told(): Promise<void> {
    return this.#book.told()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watch of this.#watches) watch[Symbol.dispose]()
    await this.#book[Symbol.asyncDispose]()
  }
}
