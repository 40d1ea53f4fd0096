import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

// PyTorch is needed to train, not to build, test or run the rest.
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import numpy, PIL, torch']).status === 0,
)
if (python === undefined) {
  process.stderr.write('training.test.ts: skipped, no Python with torch, numpy and PIL\n')
}

test.skipIf(python === undefined)(
  'the training of the detector passes its own tests',
  { timeout: 300_000 },
  () => {
    const { status, stderr } = spawnSync(
      python ?? '',
      ['-W', 'ignore', '-m', 'unittest', 'discover', import.meta.dirname],
      { encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
    )
    expect(status === 0 ? '' : stderr).toBe('')
  },
)
