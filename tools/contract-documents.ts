import { CommandEvent, CommandReply, CommandRequest } from '@ganzhi/contracts/command'
import { CloudEvent } from '@ganzhi/contracts/cloud-event'
import { EvidencePart } from '@ganzhi/contracts/evidence'
import { GapRecord } from '@ganzhi/contracts/gap'
import { Indicator } from '@ganzhi/contracts/indicator'
import { PointTable } from '@ganzhi/contracts/point-table'
import { Profile } from '@ganzhi/contracts/profile'
import { Receipt, ReceiptRequest } from '@ganzhi/contracts/receipt'
import { Rule } from '@ganzhi/contracts/rule'
import { SceneEvent } from '@ganzhi/contracts/scene-event'
import { GatewayStatus } from '@ganzhi/contracts/status'
import { Transition } from '@ganzhi/contracts/transition'
import type { TSchema } from 'typebox'

const PUBLISHED: Record<string, TSchema> = {
  'command-event': CommandEvent,
  'command-reply': CommandReply,
  'command-request': CommandRequest,
  event: CloudEvent,
  'evidence-part': EvidencePart,
  'gap-record': GapRecord,
  indicator: Indicator,
  'point-table': PointTable,
  profile: Profile,
  receipt: Receipt,
  'receipt-request': ReceiptRequest,
  rule: Rule,
  'scene-event': SceneEvent,
  status: GatewayStatus,
  transition: Transition,
}

/** The JSON Schemas of everything that crosses a boundary, as they stand in docs/contracts/. */
export function contractDocuments(): { file: string; text: string }[] {
  return Object.entries(PUBLISHED).map(([name, schema]) => {
    const document = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: name, ...schema }
    return { file: `${name}.schema.json`, text: `${JSON.stringify(document, null, 2)}\n` }
  })
}
