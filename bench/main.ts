import { parseArgs } from 'node:util'
import { acquire } from './acquire.ts'
import { backtest } from './backtest.ts'
import { cameras } from './cameras.ts'
import { footprint } from './footprint.ts'
import { fuzz } from './fuzz.ts'
import { indicators } from './indicators.ts'
import { ingest } from './ingest.ts'
import { modbusRtu } from './modbus-rtu.ts'
import { modbusTcp } from './modbus-tcp.ts'
import { outbox } from './outbox.ts'
import { MissingData } from './missing-data.ts'
import type { Bench, BenchContext, BenchResult } from './result.ts'
import { rules } from './rules.ts'
import { scenes } from './scenes.ts'
import { storage } from './storage.ts'
import { swap } from './swap.ts'
import { uplink } from './uplink.ts'
import { vision } from './vision.ts'
import { visionMemory } from './vision-memory.ts'

const BENCHES = {
  ingest,
  uplink,
  outbox,
  storage,
  footprint,
  fuzz,
  'modbus-tcp': modbusTcp,
  'modbus-rtu': modbusRtu,
  acquire,
  vision,
  cameras,
  swap,
  'vision-memory': visionMemory,
  scenes,
  rules,
  backtest,
  indicators,
} as const satisfies Record<string, Bench>

const USAGE = `npm run bench -- <name> [--json] [--timescale] [--minutes N]

  ${Object.keys(BENCHES).join(' | ')}

  --json        one JSON document on stdout; progress goes to stderr
  --timescale   on the server named in TIMESCALE_URL (ingest, storage, backtest)
  --minutes N   how long footprint watches (15)
  --swaps N     how often swap changes the model (1000)
  --frames N    how many vision-memory looks at (100000)
  --seed N      which streets scenes plays (1)
  --quick       scenes in five minutes, with fewer streets; backtest with 100 devices and 3 days
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    timescale: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '15' },
    swaps: { type: 'string', default: '1000' },
    frames: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const name = positionals[0] ?? ''
if (values.help) {
  console.log(USAGE)
} else if (!Object.hasOwn(BENCHES, name)) {
  console.error(`bench "${name}" is not known\n\n${USAGE}`)
  process.exitCode = 2
} else {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const result = await measured(BENCHES[name as keyof typeof BENCHES], {
    timescale: values.timescale,
    minutes: Number(values.minutes),
    swaps: Number(values.swaps),
    frames: Number(values.frames),
    seed: Number(values.seed),
    quick: values.quick,
    signal: stop.signal,
    say: (line) => console.error(line),
  })
  if (result) {
    const document = { bench: name, ...result }
    console.log(values.json ? JSON.stringify(document) : JSON.stringify(document, null, 2))
  }
  process.exitCode = result ? (result.ok ? 0 : 1) : 2
}

async function measured(bench: Bench, context: BenchContext): Promise<BenchResult | undefined> {
  try {
    return await bench(context)
  } catch (error) {
    if (!(error instanceof MissingData)) throw error
    console.error(error.message)
    return undefined
  }
}
