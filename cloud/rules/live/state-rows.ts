import type { ClientBase } from 'pg'
import { rowPages } from '../../database/row-pages.ts'
import type { RuleState } from '../engine/rule-state.ts'
import type { WatchedDevice } from './device-watch.ts'
import type { LiveRule } from './live-rule.ts'
import type { Partition } from './partition.ts'
import { PARTITIONS } from './partition-leases.ts'
import type { Watch } from './watch.ts'

/** By rule, or part of one: its version, since when it is judged by, what it remembers where it is not at rest, and what it has taken over. */
export type SavedStates = Readonly<
  Record<string, readonly [version: number, begun: number, state?: RuleState | null, origin?: RuleState]>
>

/** Several versions of a part may be judged by at once, of another rule only one. */
export function stateKey({ id, version, part }: LiveRule): string {
  return part === undefined ? id : `${id} ${version} ${part}`
}

/** What it was that a state is called by. */
export function ruleOfState(key: string): { readonly id: string; readonly part: string | undefined } {
  const [id = '', , part] = key.split(' ')
  return { id, part }
}

export interface StateRow {
  readonly gatewayId: number
  readonly gateway: string
  readonly device: string
  readonly states: string
}

/** Page by page: all of a partition would be hundreds of megabytes. */
export function readStates(tx: ClientBase, partition: number): AsyncGenerator<StateRow[]> {
  const text = `SELECT g.id AS "gatewayId", g.name AS gateway, s.device, s.states
     FROM rule_state s JOIN gateway g ON g.id = s.gateway_id WHERE s.gateway_id % ${PARTITIONS} = $1`
  return rowPages<StateRow>(tx, { text, values: [partition] })
}

/** What these devices' rules remember now. A rule that is at rest, and began here when it did elsewhere, has nothing to say. */
export async function saveStates(
  tx: ClientBase,
  { begun: elsewhere }: Pick<Partition, 'begun'>,
  devices: readonly WatchedDevice[],
): Promise<void> {
  if (devices.length === 0) return
  const states = devices.map(({ watches }) => {
    const saved = watches
      .filter(({ rule, begun, state }) => state !== undefined || begun !== elsewhere.get(rule.id)?.at)
      .map((watch) => [stateKey(watch.rule), savedOf(watch)])
    return saved.length === 0 ? null : JSON.stringify(Object.fromEntries(saved))
  })
  await tx.query({
    name: 'rule-save-states',
    text: SAVE,
    values: [devices.map(({ gatewayId }) => gatewayId), devices.map(({ device }) => device), states],
  })
}

function savedOf({ rule: { version }, begun, state, origin }: Watch): SavedStates[string] {
  if (origin) return [version, begun, state ?? null, origin]
  return state === undefined ? [version, begun] : [version, begun, state]
}

const SAVE = `
WITH k AS (
  SELECT * FROM unnest($1::int4[], $2::text[], $3::text[]) AS k (g, device, states)
), gone AS (
  DELETE FROM rule_state s USING k WHERE (s.gateway_id, s.device) = (k.g, k.device) AND k.states IS NULL
)
INSERT INTO rule_state (gateway_id, device, states) SELECT g, device, states FROM k WHERE states IS NOT NULL
ON CONFLICT (gateway_id, device) DO UPDATE SET states = excluded.states`
