import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import type { OutboxLimits } from './limits.ts'

export interface OutboxOptions {
  readonly dir: string
  readonly disk: Disk
  readonly clock: Clock
  /** So many random bytes. */
  readonly random: (bytes: number) => Uint8Array
  readonly limits: OutboxLimits
  /** Telemetry and evidence wait this long for company before they are synced together; events never wait. */
  readonly commit: { readonly telemetryMs: number }
  readonly log: Logger
}
