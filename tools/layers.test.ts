import { describe, expect, it } from 'vitest'
import { breachesIn } from './layers.ts'

describe('the layer check', () => {
  it.each([
    ['device-drivers/modbus/driver.ts', `import { x } from '@ganzhi/edge/outbox'`, 'edge'],
    [
      'simulators/modbus/server.ts',
      `import { x } from '../../device-drivers/modbus/codec.ts'`,
      'device-drivers',
    ],
    ['cloud/ingest/loop.ts', `import type { x } from '@ganzhi/device-drivers/driver'`, 'device-drivers'],
    ['cloud/console/src/main.ts', `import { x } from '../../api/server.ts'`, 'cloud'],
    ['contracts/event.ts', `export { x } from '@ganzhi/cloud/main'`, 'cloud'],
    ['bench/ingest.ts', `const x = await import('@ganzhi/cloud/main')`, 'cloud'],
    ['bench/rules.ts', `import { x } from '../cloud/rules/live/live-rule.ts'`, 'cloud'],
    ['cloud/rules/engine/step.ts', `import { x } from '../schedule/rule-schedule.ts'`, 'cloud'],
    ['edge/main.ts', `import {\n  a,\n  b,\n} from '../simulators/main.ts'`, 'simulators'],
    ['cloud/main.ts', `import '@ganzhi/deploy/stack/nats'`, 'deploy'],
  ])('%s may not %s', (file, source, to) => {
    expect(breachesIn(file, source)).toMatchObject([{ file, to }])
  })

  it.each([
    ['edge/main.ts', `import { x } from '@ganzhi/contracts/event'\nimport { y } from './uplink/uplink.ts'`],
    ['cloud/ingest/loop.test.ts', `import { startNats } from '@ganzhi/deploy/stack/nats'`],
    ['edge/bin/ganzhi-edge.mjs', `import { launch } from '../../tools/bin/launch.mjs'`],
    ['bench/rules.ts', `import { step } from '../cloud/rules/engine/step.ts'`],
    ['edge/main.ts', `import { readFile } from 'node:fs/promises'`],
  ])('%s may %s', (file, source) => {
    expect(breachesIn(file, source)).toEqual([])
  })
})
