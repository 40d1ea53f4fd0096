import type { Pool, PoolClient } from 'pg'
import { samplesByTime } from '../../series-store/samples-by-time.ts'
import type { Abortable, Span } from '../../series-store/series-store.ts'
import { onSnapshot } from '../../series-store/snapshot-pages.ts'
import type { EventInput, RuleInput, SampleInput } from '../engine/rule-input.ts'
import { type StoredDevice, storedEvents } from './stored-events.ts'

/** What a rule looks at: as it has it when it is compiled. */
export interface Heeded {
  readonly properties: ReadonlySet<string>
  readonly eventTypes: ReadonlySet<string>
}

/**
 * What was stored of a device from `from` up to, but not at, `to`: by time, in pieces of some thousands. The store does not know
 * how the gateway numbered what is of the same time: there events come first, then samples by property, of one the good ones first.
 */
export function storedInputs(
  pool: Pool,
  device: StoredDevice,
  { properties, eventTypes }: Heeded,
  span: Span,
  options: Abortable = {},
): AsyncIterable<readonly RuleInput[]> {
  return onSnapshot(pool, options, (client) =>
    inOrder(
      storedEvents(client, device, [...eventTypes], span),
      storedSamples(client, device, [...properties], span),
    ),
  )
}

async function* storedSamples(
  client: PoolClient,
  { gatewayId, device }: StoredDevice,
  properties: readonly string[],
  span: Span,
): AsyncGenerator<SampleInput[]> {
  const { rows: series } = await client.query<{ id: number; property: string }>(
    'SELECT id, property FROM series WHERE (gateway_id, device) = ($1, $2) AND property = ANY ($3) ORDER BY property, id',
    [gatewayId, device, properties],
  )
  const propertyOf = new Map(series.map(({ id, property }) => [id, property]))
  for await (const page of samplesByTime(client, [...propertyOf.keys()], span)) {
    yield page.map(({ seriesId, at, quality, value }) => {
      const property = propertyOf.get(seriesId) as string
      return { kind: 'sample', at, property, quality, value }
    })
  }
}

/** Both by time. */
async function* inOrder(
  events: AsyncGenerator<EventInput[]>,
  samples: AsyncGenerator<SampleInput[]>,
): AsyncGenerator<readonly RuleInput[]> {
  let ahead = await nextOf(events)
  for await (const page of samples) {
    const last = page.at(-1)?.at ?? 0
    const until: EventInput[] = []
    while (ahead[0] && ahead[0].at <= last) {
      const later = ahead.findIndex(({ at }) => at > last)
      until.push(...(later === -1 ? ahead : ahead.slice(0, later)))
      ahead = later === -1 ? await nextOf(events) : ahead.slice(later)
    }
    yield until.length === 0 ? page : [...merged(until, page)]
  }
  for (; ahead.length > 0; ahead = await nextOf(events)) yield ahead
}

async function nextOf(events: AsyncGenerator<EventInput[]>): Promise<EventInput[]> {
  return (await events.next()).value ?? []
}

/** Both by time; at the same time `sooner` comes first. */
export function* merged(sooner: readonly RuleInput[], inputs: Iterable<RuleInput>): Generator<RuleInput> {
  let next = 0
  for (const input of inputs) {
    for (let other = sooner[next]; other && other.at <= input.at; other = sooner[++next]) yield other
    yield input
  }
  yield* sooner.slice(next)
}
