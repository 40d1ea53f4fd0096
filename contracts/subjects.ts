import { GanzhiError } from './error.ts'
import type { Lane } from './record-key.ts'

/** The one place that builds and reads subjects: `gz.v1.<gateway>.<what>`. */
const PREFIX = 'gz.v1'
const TOKEN = /^[a-z0-9-]{1,64}$/

/** Names that stand where a gateway's would, so no gateway may bear them. */
export const RESERVED_GATEWAYS: readonly string[] = ['feed', 'quarantine', 'wake']

export type GatewayTopic =
  | 'telemetry'
  | 'event'
  | 'evidence'
  | 'status'
  | 'receipt'
  | 'receipt.get'
  | 'command'

const TOPICS: readonly GatewayTopic[] = [
  'telemetry',
  'event',
  'evidence',
  'status',
  'receipt',
  'receipt.get',
  'command',
]

function token(value: string, field: string): string {
  if (TOKEN.test(value)) return value
  throw new GanzhiError(`${field} "${value}" can't stand in a subject`, {
    code: 'bad-token',
    blame: 'caller',
    field,
    remedy: 'Use 1 to 64 of a-z, 0-9 and "-".',
  })
}

export function isGatewayName(name: string): boolean {
  return TOKEN.test(name) && !RESERVED_GATEWAYS.includes(name)
}

export function gatewaySubject(gateway: string, topic: GatewayTopic): string {
  if (RESERVED_GATEWAYS.includes(gateway)) {
    throw new GanzhiError(`"${gateway}" is a reserved name`, {
      code: 'bad-token',
      blame: 'caller',
      field: 'gateway',
      remedy: `Choose another name than ${RESERVED_GATEWAYS.join(', ')}.`,
    })
  }
  return `${PREFIX}.${token(gateway, 'gateway')}.${topic}`
}

/** The same topic of every gateway, to subscribe to. */
export function anyGateway(topic: GatewayTopic): string {
  return `${PREFIX}.*.${topic}`
}

export function parseGatewaySubject(subject: string): { gateway: string; topic: GatewayTopic } | undefined {
  const [gz, v1, gateway = '', ...rest] = subject.split('.')
  const topic = TOPICS.find((known) => known === rest.join('.'))
  if (`${gz}.${v1}` !== PREFIX || topic === undefined || !isGatewayName(gateway)) return undefined
  return { gateway, topic }
}

const LANE_TOPIC = { telemetry: 'telemetry', events: 'event', evidence: 'evidence' } as const

export function laneSubject(gateway: string, lane: Lane): string {
  return gatewaySubject(gateway, LANE_TOPIC[lane])
}

/** JetStream streams, one a lane; `subject` is what each one stores. */
export const STREAMS = {
  telemetry: { name: 'TELEMETRY', subject: anyGateway('telemetry') },
  events: { name: 'EVENTS', subject: anyGateway('event') },
  evidence: { name: 'EVIDENCE', subject: anyGateway('evidence') },
} as const satisfies Record<Lane, { name: string; subject: string }>

/** Copies of what could not be taken in, with the reason in the header `reason`. */
export const QUARANTINE_SUBJECT = `${PREFIX}.quarantine`

/** Core NATS: ingest tells the rules that the ledger has grown. */
export const WAKE_RULES_SUBJECT = `${PREFIX}.wake.rules`
