import { LANES } from '@ganzhi/contracts/record-key'
import { type DownLink, type GatewayStatus, MOST_CUT_OFF } from '@ganzhi/contracts/status'
import type { Outbox } from '../outbox/outbox.ts'

export interface StatusOptions {
  readonly outbox: Pick<Outbox, 'epoch' | 'lanes'>
  readonly capBytes: number
  /** Version of the agent. */
  readonly agent: string
  readonly now: () => number
  /** Each component's figures, under its name. */
  readonly counters: () => Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly writable: () => boolean
  /** Nothing where that is not known yet. */
  readonly downLinks: () => readonly DownLink[] | undefined
}

const MOST_LINKS = 256
/** Epochs of a lane that a STATUS has room for: the latest are those that still grow, or are still waited for. */
const MOST_EPOCHS = Math.floor(4096 / LANES.length)

export function createStatus(options: StatusOptions): (phase: GatewayStatus['phase']) => GatewayStatus {
  const { outbox, capBytes, agent, now, counters, writable, downLinks } = options
  return (phase) => {
    const lanes = outbox.lanes()
    const links = downLinks()
    const oldestAt = lanes.reduce<number | undefined>(
      (oldest, lane) =>
        lane.oldestAt === undefined ? oldest : Math.min(oldest ?? lane.oldestAt, lane.oldestAt),
      undefined,
    )
    return {
      phase,
      at: now(),
      epoch: outbox.epoch,
      agent,
      heads: LANES.flatMap((name) => lanes.filter(({ lane }) => lane === name).slice(-MOST_EPOCHS)).map(
        ({ lane, epoch, head }) => ({ lane, epoch, head }),
      ),
      outbox: {
        bytes: lanes.reduce((sum, lane) => sum + lane.bytes, 0),
        capBytes,
        ...(oldestAt === undefined ? {} : { oldestAt }),
        writable: writable(),
      },
      ...(links && { links: fitting(links) }),
      counters: flattened(counters()),
    }
  }
}

/** As many links and devices as there is room for. */
function fitting(links: readonly DownLink[]): DownLink[] {
  let room = MOST_CUT_OFF
  return links.slice(0, MOST_LINKS).map(({ link, since, error: { code, message }, devices }) => {
    const shown = devices.slice(0, room)
    room -= shown.length
    const error = { code: code.slice(0, 64), message: message.slice(0, 200) }
    return { link, since, error, devices: shown }
  })
}

function flattened(
  groups: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, figures]) =>
      Object.entries(figures).map(([name, figure]) => [`${group}.${name}`, figure] as const),
    ),
  )
}
