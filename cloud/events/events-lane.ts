import { isGanzhiError } from '@ganzhi/contracts/error'
import { type EventsRecord, decodeEventsRecord } from '@ganzhi/contracts/event'
import type { LaneOfGateway } from '../ledger/progress.ts'
import { type GatewayStep, enterGatewaySteps } from '../commands/journal.ts'
import { nameGap } from '../ledger/gaps.ts'
import { type LaneWork, type Opened, undecodable } from '../ingest/lane.ts'
import { type GatewayEvent, insertEvents } from './event-rows.ts'

/** Events into their table, steps of commands into their journal, gap records into the list of what is missing. */
export function eventsLane(now: () => number): LaneWork<EventsRecord> {
  const open = (body: Uint8Array): Opened<EventsRecord> => {
    try {
      const content = decodeEventsRecord(body)
      const at = content.kind === 'gap' ? content.gap.at : Date.parse(content.event.time)
      return { state: 'stored', at, rows: 1, content }
    } catch (error) {
      if (isGanzhiError(error)) return undecodable(error.message, now())
      throw error
    }
  }
  return {
    lane: 'events',
    rowsOf: () => 1,
    open: async (records) => records.map(({ arrival }) => open(arrival.delivery.data)),
    async store({ client }, records) {
      const events: GatewayEvent[] = []
      const steps: GatewayStep[] = []
      for (const { entry, content } of records) {
        if (content?.kind === 'event') events.push({ gatewayId: entry.gatewayId, event: content.event })
        if (content?.kind === 'command') steps.push({ gatewayId: entry.gatewayId, ...content.event.data })
        if (content?.kind === 'gap') await nameGap(client, entry.gatewayId, content.gap, 'edge')
      }
      await insertEvents(client, events)
      await enterGatewaySteps(client, steps)
    },
  }
}

/** The lanes of which a gap record tells that they are complete without what it names. */
export function lanesNamed({
  gateway,
  content,
}: {
  gateway: string
  content: EventsRecord | undefined
}): LaneOfGateway[] {
  return content?.kind === 'gap' ? [{ gateway, lane: content.gap.lane, epoch: content.gap.epoch }] : []
}
