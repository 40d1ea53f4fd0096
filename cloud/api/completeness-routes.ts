import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CompletenessView, Day, type MissingRange } from '@ganzhi/contracts/api-views'
import { GanzhiError } from '@ganzhi/contracts/error'
import { Token } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import Type from 'typebox'
import { type LaneDay, completenessOfDays } from '../ledger/completeness.ts'
import { notFound } from './problem.ts'

const MAX_DAYS = 31
const MAX_RANGES = 1_000
const DAY_MS = 86_400_000

export function completenessRoutes(pool: Pool, zone: string): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/completeness',
      {
        schema: {
          tags: ['completeness'],
          description: `Is what gateway G accepted on day D stored? "n of n", or what is missing and why. At most ${MAX_DAYS} days.`,
          querystring: Type.Object({
            gateway: Token,
            day: Type.Optional(Type.Unsafe<string>({ ...Day, description: 'today unless given' })),
            days: Type.Integer({ minimum: 1, maximum: MAX_DAYS, default: 1, description: 'up to `day`' }),
          }),
          response: { 200: Type.Object({ items: Type.Array(CompletenessView) }) },
        },
      },
      async ({ query: { gateway, day = today(zone), days } }) => {
        const known = await pool.query('SELECT 1 FROM gateway WHERE name = $1', [gateway])
        if (known.rowCount === 0) throw notFound(`Gateway ${gateway}`)
        const asked = daysUpTo(day, days)
        const lanes = await completenessOfDays(pool, { gateway, from: asked[0] ?? day, to: day, zone })
        const items = asked.map((each) =>
          completenessView(
            gateway,
            each,
            lanes.filter((lane) => lane.day === each),
          ),
        )
        return { items }
      },
    )
  }
}

export function completenessView(gateway: string, day: string, lanes: readonly LaneDay[]): CompletenessView {
  const missing: MissingRange[] = lanes.flatMap(({ lane, epoch, missing }) =>
    missing.map(({ first, last, count, reasons }) => ({
      lane,
      epoch,
      first,
      last,
      count,
      reasons: [...reasons],
    })),
  )
  const sum = (ranges: readonly MissingRange[]) => ranges.reduce((total, { count }) => total + count, 0)
  const stored = lanes.reduce((total, lane) => total + lane.stored, 0)
  return {
    gateway,
    day,
    stored,
    accepted: stored + sum(missing),
    lost: sum(missing.filter(({ reasons }) => reasons.length > 0)),
    awaited: sum(missing.filter(({ reasons }) => reasons.length === 0)),
    missing: missing.slice(0, MAX_RANGES),
    lanes: lanes.map(({ lane, epoch, first, last, stored, hash }) => ({
      lane,
      epoch,
      first,
      last,
      stored,
      hash,
    })),
  }
}

function today(zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format()
}

function daysUpTo(day: string, days: number): string[] {
  const last = Date.parse(`${day}T00:00:00Z`)
  // The 31st of February is read as the 3rd of March.
  if (Number.isNaN(last) || dayOf(last) !== day) throw noSuchDay(day)
  return Array.from({ length: days }, (_, i) => dayOf(last - (days - 1 - i) * DAY_MS))
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function noSuchDay(day: string): GanzhiError {
  return new GanzhiError(`${day} is not in the calendar`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'day',
    remedy: 'Name a day as 2026-11-21.',
  })
}
