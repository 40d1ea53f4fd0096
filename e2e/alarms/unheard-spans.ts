import type pg from 'pg'

import type { AcceptedInput } from './accepted-inputs.ts'

/** For a time nobody could know what the devices of a gateway did. */
export interface UnheardSpan {
  readonly gateway: string
  readonly from: number
  /** Since when nothing was heard of the gateway itself, where that is why. */
  readonly silentAt: number | undefined
  readonly until: number | undefined
}

/** When a gateway did not run. */
export interface Absence extends Pick<UnheardSpan, 'gateway'> {
  readonly from: number
  readonly until: number
}

/** As the platform knows them, up to `until`. */
export async function unheardSpans(database: pg.ClientBase, until: number): Promise<UnheardSpan[]> {
  const { rows } = await database.query<{
    gateway: string
    from_at: Date
    silent_at: Date | null
    until_at: Date | null
  }>(
    `SELECT g.name AS gateway, u.from_at, u.silent_at, u.until_at FROM gateway_unreached u JOIN gateway g ON g.id = u.gateway_id
     WHERE u.from_at <= $1 ORDER BY u.from_at`,
    [new Date(until)],
  )
  return rows.map(({ gateway, from_at, silent_at, until_at }) => ({
    gateway,
    from: from_at.getTime(),
    silentAt: silent_at?.getTime(),
    until: until_at?.getTime(),
  }))
}

export async function isUnheard(database: pg.ClientBase, gateway: string): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT FROM gateway_unreached u JOIN gateway g ON g.id = u.gateway_id
     WHERE g.name = $1 AND u.silent_at IS NOT NULL AND u.until_at IS NULL`,
    [gateway],
  )
  return rows.length > 0
}

/** What devices have to know of their gateway. */
export function reachOfDevices(
  spans: readonly UnheardSpan[],
  inputs: readonly AcceptedInput[],
): AcceptedInput[] {
  const devices = [...new Set(inputs.map(({ device }) => device))]
  return spans.flatMap((span) =>
    devices
      .filter((device) => device.startsWith(`${span.gateway}/`))
      .flatMap((device) => reachOf(device, span.from, span.until)),
  )
}

export function reachOfGateways(spans: readonly UnheardSpan[]): AcceptedInput[] {
  return spans.flatMap(({ gateway, silentAt, until }) =>
    silentAt === undefined ? [] : reachOf(gateway, silentAt, until),
  )
}

/** What was last heard of it may have been heard so much earlier. */
const UNHEARD_BEFORE_MS = 5_000

/** Those that ran, in words. */
export function takenForDead(spans: readonly UnheardSpan[], absences: readonly Absence[]): string[] {
  return spans.flatMap(({ gateway, silentAt }) => {
    if (silentAt === undefined) return []
    const was = absences.some(
      (each) =>
        each.gateway === gateway && silentAt >= each.from - UNHEARD_BEFORE_MS && silentAt <= each.until,
    )
    return was ? [] : [`${gateway} was taken for dead at ${new Date(silentAt).toISOString()}, and ran`]
  })
}

function reachOf(device: string, from: number, until: number | undefined): AcceptedInput[] {
  const input = (at: number, reached: boolean) => ({ device, input: { kind: 'reach' as const, at, reached } })
  return [input(from, false), ...(until === undefined ? [] : [input(until, true)])]
}
