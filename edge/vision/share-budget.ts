import type { Clock } from '@ganzhi/device-drivers/clock'
import { fitRates } from './budget.ts'
import type { CameraPipeline } from './camera-pipeline.ts'

const EVERY_MS = 1_000
/** What is left is for frames that come together, and for a model in shadow. */
const SHARE_MS = 900

/**
 * Grants the cameras of one detector their rates, every second anew. `part`: of its cores, where more models than cores
 * take turns on them. Dispose what it gives to end that.
 */
export function shareBudget(
  clock: Clock,
  pipelines: () => readonly Pick<CameraPipeline, 'demand' | 'grant'>[],
  part: () => number = () => 1,
): Disposable {
  const fit = () => {
    const each = pipelines().map((pipeline) => ({ pipeline, demand: pipeline.demand }))
    const rates = fitRates(
      each.map(({ demand }) => demand),
      SHARE_MS * part(),
    )
    for (const { pipeline, demand } of each) pipeline.grant(rates.get(demand.camera) ?? demand.wanted)
    cancel = clock.after(EVERY_MS, fit)
  }
  let cancel = clock.after(EVERY_MS, fit)
  return { [Symbol.dispose]: () => cancel() }
}
