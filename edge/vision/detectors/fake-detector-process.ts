import { setTimeout } from 'node:timers/promises'
import { GanzhiError } from '@ganzhi/contracts/error'
import { fakeCard } from './fake-card.ts'
import type { ModelOrder } from './messages.ts'
import { serveDetector } from './serve-detector.ts'

// A detector's process for tests: the name of its weights says how it behaves, the frame's first bytes what it sees.
serveDetector(async ({ model, threads }) => {
  const { path } = model as Extract<ModelOrder, { kind: 'weights' }>
  const does = new Set(path.split(' '))
  if (does.has('refuse')) {
    throw new GanzhiError('the model is refused: no output', {
      code: 'model-refused',
      blame: 'caller',
      remedy: 'Export it anew.',
    })
  }
  let looks = 0
  return {
    card: fakeCard(),
    async detect({ rgb, width, height, at }, { tiles }) {
      if (at === 0) return []
      looks += 1
      if (does.has('throw')) throw new TypeError('no such tensor')
      if (does.has('die-at-2') && looks === 2) process.kill(process.pid, 'SIGSEGV')
      if (does.has('hang')) await new Promise(() => {})
      if (does.has('slow')) await setTimeout(300)
      const [red = 0, green = 0, blue = 0] = [rgb[0], rgb[1], rgb.at(-1)]
      const label = `${threads} threads, ${tiles ? `${tiles.columns}x${tiles.rows}` : 'whole'}`
      return [{ label, score: blue / 255, box: [red, green, width, height] }]
    },
  }
})
