import { parentPort } from 'node:worker_threads'
import { faultOf } from '../fault.ts'
import { filesRead, type ReadWeights } from '../weight-files.ts'
import type { ThreadAnswer, ThreadOrder } from './model-thread.ts'
import type { Restorer } from './restorer.ts'
import type { WindowShape } from './window.ts'

type OpenRestorer = (weights: ReadWeights, shape: WindowShape) => Promise<Restorer>

/** The thread's side of `ModelThread`, which asks for one thing at a time. */
export function serveModels(open: OpenRestorer): void {
  const models = new Map<number, Restorer>()
  const follow = async (order: ThreadOrder): Promise<Float32Array[]> => {
    const { model } = order
    switch (order.kind) {
      case 'open':
        models.set(model, await open(filesRead(order.name, order.files), order.shape))
        return []
      case 'restore':
        return (await models.get(model)?.restore(order.windows)) ?? []
      case 'close':
        await models.get(model)?.[Symbol.asyncDispose]()
        models.delete(model)
        return []
    }
  }
  parentPort?.on('message', (order: ThreadOrder) => {
    void follow(order)
      .then(
        (windows): ThreadAnswer => ({ kind: 'done', windows }),
        (error: unknown): ThreadAnswer => ({ kind: 'failed', fault: faultOf(error) }),
      )
      .then((answer) => parentPort?.postMessage(answer, []))
  })
}
