import type { Logger } from 'pino'
import { type Fault, type FaultKind, type Faults, type StreamName } from './fault.ts'
import type { CodedPicture } from './film/access-units.ts'
import type { Film, Size } from './film/film.ts'
import { type Codec, record, type Reel } from './film/reel.ts'
import { sceneOf, type Showing } from './scene.ts'
import { spoilt } from './spoilt.ts'

export interface Picture extends CodedPicture {
  /** ms since 1970. */
  readonly at: number
}

export interface Viewer {
  see(picture: Picture): void
  hangUp(): void
}

export interface StreamOptions {
  readonly camera: number
  readonly name: StreamName
  readonly film: Film
  readonly size: Size
  /** A whole number. */
  readonly fps: number
  readonly codec: Codec
  readonly noise: number
  readonly seed: number
  readonly faults: Faults
  readonly now: () => number
  readonly log: Logger
}

/** One film as all viewers see it at once: which picture it is now, the clock says. */
export interface Stream extends AsyncDisposable {
  readonly name: StreamName
  readonly camera: number
  readonly fps: number
  readonly size: Size
  /** What a player must know before the first picture: of H.264, its parameter sets. */
  first(): Promise<CodedPicture>
  /** Resolves when its film is encoded from end to end: from then on no picture comes late. Rejects where it can't be. */
  whole(): Promise<void>
  /** When the picture that is to be seen now was taken. */
  pictureTime(): number
  watch(viewer: Viewer): Disposable
}

/** Until an encoder that was just started has something to show. */
const LEAD_MS = 400

export function makeStream(options: StreamOptions): Stream {
  const { camera, name, film, size, fps, codec, noise, seed, faults, now, log } = options
  const periodMs = 1_000 / fps
  const indexNow = () => Math.floor(now() / periodMs)
  const reels = new Map<Showing, { readonly reel: Reel; readonly from: number }>()
  const viewers = new Map<Viewer, { started: boolean }>()
  let timer: NodeJS.Timeout | undefined
  let next = 0
  let frozenAt: number | undefined
  let shown: Showing | undefined

  const reelOf = (showing: Showing) => {
    const known = reels.get(showing)
    if (known) return known
    const from = indexNow() + Math.ceil(LEAD_MS / periodMs)
    const common = { codec, noise, seed, log }
    const reel = record({ ...common, ...sceneOf(showing, { film, size, fps, from }) })
    reels.set(showing, { reel, from })
    return { reel, from }
  }
  const showingOf = (befalling: readonly Fault[], index: number): Showing => {
    const is = (kind: FaultKind) => befalling.some((fault) => fault.kind === kind)
    frozenAt = is('frozen') ? (frozenAt ?? index) : undefined
    if (is('black')) return 'black'
    if (frozenAt !== undefined) return `frozen ${frozenAt}`
    return is('resolution') ? 'resolution' : 'film'
  }
  const forget = (showing: Showing) => {
    const { reel } = reels.get(showing) ?? {}
    reels.delete(showing)
    void reel?.[Symbol.asyncDispose]()
  }

  const play = (index: number) => {
    const befalling = faults.befalling({ place: 'picture', camera, stream: name })
    const fault = (kind: FaultKind) => befalling.find((each) => each.kind === kind)
    if (fault('close')) return [...viewers.keys()].forEach((viewer) => viewer.hangUp())
    const showing = showingOf(befalling, index)
    const { reel, from } = reelOf(showing)
    const coded = fault('stall') || index < from ? undefined : reel.at(index - from)
    // What follows a gap, or another encoder's picture, can be decoded only from the next key picture on.
    const broken = coded === undefined || (shown !== showing && !coded.key)
    if (shown?.startsWith('frozen') && shown !== showing) forget(shown)
    shown = broken ? undefined : showing
    if (broken) return
    const parts = spoilt(coded.parts, codec, {
      random: () => faults.random(),
      garbage: fault('garbage'),
      cut: fault('truncate'),
    })
    const picture = { key: coded.key, parts, at: index * periodMs }
    const slow = fault('slow')
    if (slow) setTimeout(() => show(picture), slow.ms ?? 2_000).unref()
    else show(picture)
  }
  const show = (picture: Picture) => {
    for (const [viewer, state] of viewers) {
      state.started ||= picture.key
      if (state.started) viewer.see(picture)
    }
  }
  const tick = () => {
    const due = indexNow()
    // After a sleep of the machine it goes on from now.
    if (due - next > fps) next = due
    while (next <= due) play(next++)
    timer = viewers.size > 0 ? setTimeout(tick, Math.max(1, next * periodMs - now())) : undefined
  }
  return {
    name,
    camera,
    fps,
    size,
    pictureTime: () => indexNow() * periodMs,
    first: () => reelOf('film').reel.first,
    whole: () => reelOf('film').reel.whole,
    watch(viewer) {
      viewers.set(viewer, { started: false })
      if (!timer) {
        reelOf('film')
        next = indexNow()
        shown = undefined
        tick()
      }
      return { [Symbol.dispose]: () => void viewers.delete(viewer) }
    },
    async [Symbol.asyncDispose]() {
      viewers.clear()
      clearTimeout(timer)
      await Promise.all([...reels.values()].map(({ reel }) => reel[Symbol.asyncDispose]()))
    },
  }
}
