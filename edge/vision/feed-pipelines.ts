import type { Frame } from '@ganzhi/models/frame'
import type { CameraPipeline } from './camera-pipeline.ts'
import type { LentFrame } from './sources/latest-frame.ts'
import type { Source } from './sources/open-source.ts'

export interface FeedOptions {
  readonly signal: AbortSignal
  /** For files that nobody watches live: none is passed over, they are taken as fast as they are looked at. */
  readonly everyFrame?: boolean
  /** A frame was looked at by all, or passed over; its pixels are its until this returns. */
  readonly onLooked?: (frame: Frame) => void
}

/**
 * Hands a camera's frames to all that look at them, until it ends or the signal aborts. When all are done with a frame its
 * memory is used again.
 */
export async function feedPipelines(
  source: Pick<Source, 'next'>,
  pipelines: readonly Pick<CameraPipeline, 'take'>[],
  { signal, everyFrame = false, onLooked }: FeedOptions,
): Promise<void> {
  let before: Promise<unknown> = Promise.resolve()
  for (let frame = await source.next(signal); frame; frame = await source.next(signal)) {
    const lent = frame
    const looks = pipelines.map((pipeline) => pipeline.take(lent))
    void giveBack(lent, looks, onLooked)
    // One is looked at while the next one is fetched.
    if (everyFrame) await before
    before = Promise.all(looks)
  }
  await before
}

async function giveBack(
  lent: LentFrame,
  looks: readonly Promise<void>[],
  onLooked: FeedOptions['onLooked'],
): Promise<void> {
  using frame = lent
  await Promise.allSettled(looks)
  onLooked?.(frame)
}
