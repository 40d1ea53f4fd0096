import { STREAMS } from '@ganzhi/contracts/subjects'

import { bytesOfSegments } from '../lab/disk-image.ts'
import type { Scenario } from '../scenario.ts'

const STREAM_BYTES = 1024 * 1024

export const streamFull: Scenario = {
  name: 'stream-full',
  promise: 'a full stream refuses, the gateway keeps what it has, and ten times its size passes through',
  setup: {
    gateways: 1,
    ingestEnv: {
      GANZHI_STREAM_TELEMETRY_BYTES: String(STREAM_BYTES),
      GANZHI_STREAM_EVENTS_BYTES: String(STREAM_BYTES),
      GANZHI_STREAM_EVIDENCE_BYTES: String(STREAM_BYTES),
    },
  },
  load: { readingsEach: 600, evidenceBytes: 300_000 },
  async run({ lab, load, until }) {
    const [gateway] = lab.gateways
    const [ingest] = lab.ingests
    await ingest.kill()
    const before = await bytesOfSegments(gateway.dataDir)
    await until(
      'ten times a stream in the outbox',
      async () => (await bytesOfSegments(gateway.dataDir)) > before + 10 * STREAM_BYTES,
    )
    await until('stream that is full', () =>
      lab.nats.withManager(async (manager) => {
        const { state } = await manager.streams.info(STREAMS.evidence.name)
        return state.bytes > STREAM_BYTES / 2
      }),
    )
    await ingest.start()
    await load.more(20)
  },
}
