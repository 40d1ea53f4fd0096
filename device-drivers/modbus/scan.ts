import { isGanzhiError } from '@ganzhi/contracts/error'
import Type, { type Static } from 'typebox'
import type { LinkContext, Scans, ScanStep } from '../driver.ts'
import type { Connection } from './config.ts'
import { isGatewaySilence } from './exception.ts'
import { openWire } from './open-wire.ts'
import type { Answer, Wire } from './wire.ts'

const list = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Optional(Type.Array(item, { minItems: 1, description }))

const ScanRequest = Type.Object(
  {
    serial: list(Type.String({ minLength: 1 }), 'Serial ports: /dev/ttyUSB0'),
    baudRates: list(Type.Integer({ minimum: 300, maximum: 4_000_000 }), 'The usual ones where left out'),
    parities: list(Type.Enum(['none', 'even', 'odd']), 'none and even where left out'),
    hosts: list(Type.String({ minLength: 1 }), 'Modbus TCP servers, by name or address'),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: '502 where left out' })),
    units: list(
      Type.Integer({ minimum: 0, maximum: 255 }),
      'Serial: 1 to 247 where left out; TCP: 1 to 10 and 255',
    ),
  },
  { additionalProperties: false, description: 'Where to look for devices' },
)
type ScanRequest = Static<typeof ScanRequest>

/** As most devices leave the factory, first. */
const BAUD_RATES = [9600, 19_200, 115_200, 4800, 38_400, 57_600, 2400, 1200]
const PARITIES = ['none', 'even'] as const
const SERIAL_UNITS = Array.from({ length: 247 }, (_, i) => i + 1)
/** Where most devices are: tried with all settings of a line before the rest is with any. */
const USUAL_UNITS = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
const TCP_UNITS = [1, 255, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/** Enough for a device that is there; a busy one may want a second scan. */
const SERIAL_REPLY_MS = 150
const TCP_REPLY_MS = 500
const CONNECT_MS = 500
const HOSTS_AT_ONCE = 32
/** A question and the longest answer to it, in characters of 11 bits, and the silence around them. */
const FRAME_CHARACTERS = 8 + 7 + 7

/** Everything that may be tried at one end of a link: the same units over each connection. */
interface Place {
  readonly connections: readonly Connection[]
  readonly units: readonly number[]
  readonly replyMs: number
}

type OpenWire = (connection: Connection, context: LinkContext) => Wire

export const scans = scansOver(openWire)

export function scansOver(open: OpenWire): Scans<typeof ScanRequest> {
  return {
    requestSchema: ScanRequest,
    estimate(request) {
      const groups = groupsOf(request)
      return {
        tries: groups.flat().reduce((sum, place) => sum + triesOf(place), 0),
        predictedMs: Math.round(
          groups.reduce(
            (sum, group) => sum + Math.max(...group.map((place) => predictedMs(place, request))),
            0,
          ),
        ),
      }
    },
    async *scan(request, { clock, signal }) {
      const context = { clock, report: () => {}, memory: { recall: () => undefined, keep: () => {} } }
      let tried = 0
      for (const group of groupsOf(request)) {
        const all = tried + group.reduce((sum, place) => sum + triesOf(place), 0)
        const steps = scanGroup(group, (connection) => open(connection, context), signal)
        for await (const step of steps) yield { ...step, tried: (tried += 1) }
        if (signal.aborted) return
        tried = all
      }
    },
  }
}

/** When nobody answers. */
function predictedMs({ connections, units, replyMs }: Place, { hosts = [] }: ScanRequest): number {
  return connections.reduce((sum, { path, baudRate = 9_600 }) => {
    const frameMs = path === undefined ? 0 : (FRAME_CHARACTERS * 11_000) / baudRate
    // Most hosts of a range are not there, which one connection shows; one that is named is.
    const absent = path === undefined && hosts.length > 1
    return sum + (absent ? CONNECT_MS : units.length * (replyMs + frameMs))
  }, 0)
}

function triesOf({ connections, units }: Place): number {
  return connections.length * units.length
}

/** Places of one group are searched at the same time. */
function groupsOf(request: ScanRequest): Place[][] {
  const { serial = [], hosts = [], port = 502, baudRates = BAUD_RATES, parities = PARITIES, units } = request
  const lines: Place[] = serial.map((path) => ({
    connections: baudRates.flatMap((baudRate) => parities.map((parity) => ({ path, baudRate, parity }))),
    units: units ?? SERIAL_UNITS,
    replyMs: SERIAL_REPLY_MS,
  }))
  const servers: Place[] = hosts.map((host) => ({
    connections: [{ host, port, connectTimeoutMs: CONNECT_MS }],
    units: units ?? TCP_UNITS,
    replyMs: TCP_REPLY_MS,
  }))
  const groups = lines.map((line) => [line])
  for (let at = 0; at < servers.length; at += HOSTS_AT_ONCE)
    groups.push(servers.slice(at, at + HOSTS_AT_ONCE))
  return groups
}

type Step = Omit<ScanStep, 'tried'>

async function* scanGroup(
  group: readonly Place[],
  open: (connection: Connection) => Wire,
  signal: AbortSignal,
): AsyncGenerator<Step> {
  const searches = group.map((place) => scanPlace(place, open, signal))
  const [only] = searches
  if (only && searches.length === 1) yield* only
  else for (const steps of await Promise.all(searches.map((each) => Array.fromAsync(each)))) yield* steps
}

/** All on one line share its settings: when somebody answers, the other settings are left out. */
async function* scanPlace(
  place: Place,
  open: (connection: Connection) => Wire,
  signal: AbortSignal,
): AsyncGenerator<Step> {
  const usual = place.units.filter((unit) => USUAL_UNITS.has(unit))
  const rest = place.units.filter((unit) => !USUAL_UNITS.has(unit))
  for (const units of [usual, rest]) {
    for (const connection of place.connections) {
      const line = { connection, open: () => open(connection), replyMs: place.replyMs, signal }
      let found = false
      for await (const step of scanLine(units, line)) {
        yield step
        found ||= step.found !== undefined
        // Neither port nor server is there: no unit can be.
        if (isGanzhiError(step.error, 'link-down')) return
      }
      if (found && units === usual) yield* scanLine(rest, line)
      if (found || signal.aborted) return
    }
  }
}

interface Line {
  readonly connection: Connection
  readonly open: () => Wire
  readonly replyMs: number
  readonly signal: AbortSignal
}

async function* scanLine(units: readonly number[], line: Line): AsyncGenerator<Step> {
  // A server may hang up on who asks for units it has not: there each has its own connection.
  const together = line.connection.path === undefined ? units.map((unit) => [unit]) : [units]
  for (const part of together) {
    await using wire = line.open()
    for (const unit of part) {
      if (line.signal.aborted) return
      const trying = `${labelOf(line.connection)}, unit ${unit}`
      try {
        const found = await tryUnit(wire, unit, line)
        yield found ? { trying, found } : { trying }
      } catch (error) {
        if (line.signal.aborted) return
        if (!isGanzhiError(error)) throw error
        yield isGanzhiError(error, 'no-answer') ? { trying } : { trying, error }
      }
    }
  }
}

async function tryUnit(
  wire: Wire,
  unit: number,
  { connection, replyMs, signal }: Line,
): Promise<ScanStep['found']> {
  const request = { kind: 'read', unit, table: 'holding', address: 0, count: 1 } as const
  const note = noteOf(await wire.ask(request, { signal, timeoutMs: replyMs }))
  if (note === undefined) return undefined
  const { connectTimeoutMs: _, ...found } = connection
  return { connection: found, device: { unit }, note }
}

/** A device that refuses is there as well; a gateway that says that nobody answered is not the one looked for. */
function noteOf(answer: Answer): string | undefined {
  if (answer.kind === 'exception') {
    return isGatewaySilence(answer.code)
      ? undefined
      : `answers with exception ${answer.code} 应答异常码 ${answer.code}`
  }
  const [high = 0, low = 0] = answer.bytes
  return `holding 0 is ${(high << 8) | low} 保持寄存器 0 的值为 ${(high << 8) | low}`
}

const PARITY_LETTER = { none: 'N', even: 'E', odd: 'O' } as const

function labelOf({ path, baudRate, parity = 'none', host, port }: Connection): string {
  return path === undefined ? `${host}:${port}` : `${path} ${baudRate} 8${PARITY_LETTER[parity]}1`
}
