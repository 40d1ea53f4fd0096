import { serveModels } from './serve-models.ts'

// For tests: the name of the weights says how the model behaves.
serveModels(async ({ name }) => ({
  async restore(windows) {
    if (name === 'throw.json') throw new TypeError('no such tensor')
    if (name === 'die.json') process.exit(3)
    if (name === 'hang.json') for (;;);
    return windows.map((window) => window.map((value) => 2 * value))
  },
  async [Symbol.asyncDispose]() {},
}))
