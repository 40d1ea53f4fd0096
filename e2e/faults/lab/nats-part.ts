import { startNats } from '@ganzhi/deploy/stack/nats'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { type NatsConnection, connect } from '@nats-io/transport-node'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { type Part, part } from './part.ts'
import type { PartLog } from './part-log.ts'

export interface NatsPart extends Part {
  readonly url: string
  /** Kills it, takes away everything that it had stored, and starts it again. */
  wipe(): Promise<void>
  /** A connection of an operator's, for as long as `use` takes. */
  withConnection<Result>(use: (connection: NatsConnection) => Promise<Result>): Promise<Result>
  withManager<Result>(use: (manager: JetStreamManager) => Promise<Result>): Promise<Result>
}

export function natsPart(storeDir: string, port: number, log: PartLog): NatsPart {
  const url = `nats://127.0.0.1:${port}`
  const process = part('nats', () => startNats({ storeDir, port, onLog: log.write }))
  const withConnection: NatsPart['withConnection'] = async (use) => {
    const connection = await connect({ servers: url, name: 'fault-lab', reconnect: false })
    try {
      return await use(connection)
    } finally {
      await connection.close()
    }
  }
  return Object.assign(process, {
    url,
    async wipe() {
      await process.kill()
      await rm(join(storeDir, 'jetstream'), { recursive: true, force: true })
      await process.start()
    },
    withConnection,
    withManager: <Result>(use: (manager: JetStreamManager) => Promise<Result>) =>
      withConnection(async (connection) => use(await jetstreamManager(connection))),
  })
}
