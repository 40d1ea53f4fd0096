import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AggregateView, RangeView, Time } from '@ganzhi/contracts/api-views'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import {
  type Aggregate,
  ROLLUPS,
  type Sample,
  type SeriesStore,
  type Span,
} from '../series-store/series-store.ts'
import { valueView } from './sample-view.ts'
import { SeriesIds } from './series-ids.ts'
import { untilClosed } from './until-closed.ts'

const MAX_POINTS = 10_000
const SpanQuery = {
  from: Type.Unsafe<string>({ ...Time, description: 'inclusive' }),
  to: Type.Unsafe<string>({ ...Time, description: 'exclusive' }),
}
const SeriesPath = Type.Object({ series: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) })
const tags = ['series']

export function seriesRoutes(store: SeriesStore): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/series/:series/range',
      {
        schema: {
          tags,
          params: SeriesPath,
          querystring: Type.Object({
            ...SpanQuery,
            points: Type.Integer({ minimum: 2, maximum: MAX_POINTS, default: 1_000 }),
            by: Type.Enum(['min-max', 'lttb'], { default: 'min-max' }),
          }),
          response: { 200: RangeView },
        },
      },
      async ({ params, query }, reply) => {
        const { points, by } = query
        const asked = { seriesId: params.series, points, by, ...spanOf(query) }
        return rangeView(params.series, await store.range(asked, untilClosed(reply)))
      },
    )

    app.get(
      '/series/:series/aggregates',
      {
        schema: {
          tags,
          params: SeriesPath,
          querystring: Type.Object({ ...SpanQuery, width: Type.Enum([...ROLLUPS]) }),
          response: { 200: Type.Object({ items: Type.Array(AggregateView) }) },
        },
      },
      async ({ params, query }, reply) => {
        const seriesIds = [params.series]
        const asked = { seriesIds, rollup: query.width, points: MAX_POINTS, ...spanOf(query) }
        return { items: (await store.aggregate(asked, untilClosed(reply))).map(aggregateView) }
      },
    )

    app.get(
      '/export.csv',
      {
        schema: {
          tags,
          querystring: Type.Object({ series: SeriesIds, ...SpanQuery }),
          produces: ['text/csv'],
          description: 'time,device,property,value,quality: every stored sample, streamed',
        },
      },
      ({ query }, reply) => {
        const asked = { seriesIds: query.series, ...spanOf(query) }
        return sendCsv(reply, 'series.csv', store.exportCsv(asked, untilClosed(reply)))
      },
    )

    app.get(
      '/untrusted.csv',
      {
        schema: {
          tags,
          querystring: Type.Object(SpanQuery),
          produces: ['text/csv'],
          description: 'samples whose time can not be true, by the time of their arrival',
        },
      },
      ({ query }, reply) =>
        sendCsv(reply, 'untrusted.csv', store.exportUntrustedCsv(spanOf(query), untilClosed(reply))),
    )
  }
}

export function spanOf({ from, to }: { from: string; to: string }): Span {
  const span = { from: Date.parse(from), to: Date.parse(to) }
  if (span.from < span.to) return span
  throw new GanzhiError('to is not after from', {
    code: 'bad-input',
    blame: 'caller',
    field: 'to',
    remedy: 'Ask for a time that ends after it begins.',
  })
}

function rangeView(series: number, samples: readonly Sample[]): RangeView {
  return {
    series,
    at: samples.map(({ at }) => at),
    value: samples.map(({ value }) => valueView(value)),
    quality: samples.map(({ quality }) => quality),
  }
}

function aggregateView({ at, n, nBad, sum, min, max, first, last }: Aggregate): AggregateView {
  return { at, n, bad: nBad, sum, min, max, first, last, mean: sum === null ? null : sum / n }
}

function sendCsv(reply: FastifyReply, name: string, pieces: AsyncIterable<string>): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(pieces))
}
