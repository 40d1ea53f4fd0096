import type { CameraPipeline } from './camera-pipeline.ts'
import type { Source } from './sources/open-source.ts'

export interface FeedOptions {
  readonly signal: AbortSignal
  /** For files that nobody watches live: none is passed over, they are taken as fast as they are looked at. */
  readonly everyFrame?: boolean
}

/** Hands a camera's frames to all that look at them, until it ends or the signal aborts. */
export async function feedPipelines(
  source: Pick<Source, 'next'>,
  pipelines: readonly Pick<CameraPipeline, 'take'>[],
  { signal, everyFrame = false }: FeedOptions,
): Promise<void> {
  let before: Promise<unknown> = Promise.resolve()
  for (let frame = await source.next(signal); frame; frame = await source.next(signal)) {
    const taken = frame
    const looks = Promise.all(pipelines.map((pipeline) => pipeline.take(taken)))
    // One is looked at while the next one is fetched.
    if (everyFrame) await before
    before = looks
  }
  await before
}
