import { PassThrough } from 'node:stream'
import { setImmediate as othersFirst } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type BacktestDocument, type BacktestMessage, BacktestRequest } from '@ganzhi/contracts/backtest'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Rule } from '@ganzhi/contracts/rule'
import type { Pool } from 'pg'
import { problemOf } from '../../api/problem.ts'
import { untilClosed } from '../../api/until-closed.ts'
import { backtestDocument } from '../backtest/backtest-document.ts'
import { type StoredRules, triedDevices, tryRules } from '../backtest/stored-rules.ts'
import type { Surroundings } from '../engine/compile-rule.ts'
import type { HistoryDevice } from '../history/stored-devices.ts'
import type { RuleReader } from '../reading/rule-reader.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { checkedRule } from './put-rule.ts'
import { Turns } from './turns.ts'

/** Two cores are busy with one. */
const AT_ONCE = 1
const MOST_WAITING = 8
const MOST_TRANSITIONS = 20_000
const READ_AT_ONCE = 200

/** 回测: rules are tried on what is stored before they are switched on. */
export function backtestRoutes(pool: Pool, reader: RuleReader): FastifyPluginAsyncTypebox {
  return async (app) => {
    const surroundings = await chinaSurroundings()
    const turns = new Turns(AT_ONCE, MOST_WAITING)

    app.post(
      '/backtests',
      {
        schema: {
          tags: ['rules'],
          description:
            'One BacktestMessage in JSON a line: how far it is, now and then, and the result. Who closes the connection cancels it.',
          produces: ['application/x-ndjson'],
          body: BacktestRequest,
        },
      },
      async (request, reply) => {
        const { signal } = untilClosed(reply)
        const plan = planOf(request.body, surroundings)
        const devices = await triedDevices(pool, plan, surroundings)
        const lines = new PassThrough()
        const tell = (message: BacktestMessage) => void lines.write(`${JSON.stringify(message)}\n`)
        const run = async () => {
          try {
            using _turn = await turns.take(signal, (ahead) => tell({ kind: 'waiting', ahead }))
            const document = await documentOf(plan, devices, { pool, surroundings, signal, tell })
            tell({ kind: 'result', result: await withReadings(document, plan, reader) })
          } catch (error) {
            if (!signal.aborted) tell({ kind: 'failed', problem: problemOf(error, request) })
          } finally {
            lines.end()
          }
        }
        void run()
        return reply.type('application/x-ndjson; charset=utf-8').send(lines)
      },
    )
  }
}

interface Plan extends StoredRules {
  readonly rules: readonly [Rule] | readonly [Rule, Rule]
}

function planOf(
  { rule: document, compare, from, to, scope }: BacktestRequest,
  surroundings: Surroundings,
): Plan {
  const rule = checkedRule(document, surroundings)
  const other = compare === undefined ? undefined : checkedRule(compare, surroundings, 'compare')
  if (other && JSON.stringify(other.for) !== JSON.stringify(rule.for)) {
    throw refused('compare.for', 'is another than that of the rule', 'Compare versions of one rule.')
  }
  if (other && other.each !== rule.each) {
    throw refused('compare.each', 'is another than that of the rule', 'Compare versions of one rule.')
  }
  const span = { from: Date.parse(from), to: Date.parse(to) }
  if (!(span.from < span.to)) throw refused('to', 'is not later than from', 'Give a time after `from`.')
  return {
    rules: other ? [rule, other] : [rule],
    scope: { ...rule.for, ...scope },
    span,
    mostTransitions: MOST_TRANSITIONS,
  }
}

interface Telling {
  readonly pool: Pool
  readonly surroundings: Surroundings
  readonly signal: AbortSignal
  readonly tell: (message: BacktestMessage) => void
}

async function documentOf(
  plan: Plan,
  devices: readonly HistoryDevice[],
  { pool, surroundings, signal, tell }: Telling,
): Promise<BacktestDocument> {
  const {
    rules: [rule, other],
    span,
  } = plan
  const progress = (share: number, inputs: number) =>
    tell({ kind: 'progress', share, devices: devices.length, inputs })
  progress(0, 0)
  const [first, second] = await tryRules(pool, plan, devices, surroundings, {
    signal,
    onProgress: ({ share, inputs }) => progress(share, inputs),
  })
  if (!first) throw new TypeError('there is no result of the rule')
  return backtestDocument(
    { rule, result: first },
    { span: first.inputs === 0 ? undefined : span, devices: devices.length },
    other && second && { rule: other, result: second },
  )
}

/** Of thousands of transitions some at a time: others want answers, too. */
async function withReadings(
  document: BacktestDocument,
  { rules: [rule] }: Plan,
  reader: RuleReader,
): Promise<BacktestDocument> {
  const transitions: BacktestDocument['transitions'] = []
  for (const transition of document.transitions) {
    if (transitions.length % READ_AT_ONCE === 0) await othersFirst()
    transitions.push({ ...transition, reading: reader.why(transition, rule.for) })
  }
  return { ...document, transitions }
}

function refused(field: string, message: string, remedy: string): GanzhiError {
  return new GanzhiError(`${field} ${message}`, { code: 'bad-input', blame: 'caller', field, remedy })
}
