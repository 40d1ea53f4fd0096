import { InferenceSession, Tensor } from 'onnxruntime-node'

/**
 * One model, run again and again on the same numbers, and nothing else: `node bare-session.ts <model> <side> <threads> <seconds>`
 * prints runs a second and ms of processor time a run. Threads and session options as in models/onnx-session.ts.
 */
const [model = '', side = '', threads = '', seconds = ''] = process.argv.slice(2)
const session = await InferenceSession.create(model, {
  executionProviders: ['cpu'],
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
})
const pixels = new Float32Array(3 * Number(side) ** 2).fill(114)
const feeds = {
  [session.inputNames[0] ?? '']: new Tensor('float32', pixels, [1, 3, Number(side), Number(side)]),
}
for (let i = 0; i < 10; i++) await session.run(feeds)

const [beganAt, before] = [performance.now(), process.cpuUsage()]
let runs = 0
while (performance.now() - beganAt < Number(seconds) * 1_000) {
  await session.run(feeds)
  runs++
}
const took = performance.now() - beganAt
const { user, system } = process.cpuUsage(before)
console.log(
  JSON.stringify({
    perSecond: (runs * 1_000) / took,
    ms: took / runs,
    cpuMs: (user + system) / 1_000 / runs,
  }),
)
