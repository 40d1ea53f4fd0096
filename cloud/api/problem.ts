import type { Problem } from '@ganzhi/contracts/api-views'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const STATUS_OF: Readonly<Record<string, number>> = {
  'not-logged-in': 401,
  'wrong-password': 401,
  'foreign-site': 403,
  'not-found': 404,
  'evidence-pending': 404,
  'id-taken': 409,
  'too-late': 409,
  'version-taken': 409,
  'area-not-empty': 409,
  'too-many-logins': 429,
  'too-many-live': 503,
  'too-many-backtests': 503,
  'places-busy': 503,
  'database-unreachable': 503,
}
const STATUS_OF_BLAME = { caller: 400, outside: 502, ours: 500 } as const

/** What a client of PostgreSQL is told when the server is away, starting, stopping or full. */
const AWAY = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|57P0|08|53300)/
const AWAY_MESSAGE = /connection terminated|timeout exceeded when trying to connect|client has encountered/i

export function reportProblems(app: FastifyInstance): void {
  app.setErrorHandler((raised, request, reply) => {
    const problem = problemOf(raised, request)
    if (problem.status === 503 || problem.status === 429) reply.header('retry-after', '5')
    // A string, so that the response schema of the route does not drop fields.
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
  })
}

/** As it is told of a request that failed; what is our own mistake goes to the log. */
export function problemOf(raised: unknown, request: FastifyRequest): Problem {
  const error = asGanzhiError(raised)
  if (error.blame === 'ours') request.log.error({ err: raised }, 'request failed')
  else request.log.debug({ err: raised }, 'request refused')
  const status = STATUS_OF[error.code] ?? STATUS_OF_BLAME[error.blame]
  return {
    type: `urn:ganzhi:problem:${error.code}`,
    title: error.message,
    status,
    code: error.code,
    ...(error.field !== undefined && { field: error.field }),
    ...(error.remedy !== undefined && { remedy: error.remedy }),
    ...(error.faults && { faults: [...error.faults] }),
    retryable: error.retryable,
    instance: request.id,
  }
}

/** What is not ours to tell becomes `internal`: its details go to the log, never to the client. */
function asGanzhiError(raised: unknown): GanzhiError {
  if (isGanzhiError(raised) && raised.blame !== 'ours') return raised
  const { code = '', message = '', statusCode = 500 } = raised as { [key: string]: unknown } as Raised
  if (AWAY.test(code) || AWAY_MESSAGE.test(message)) {
    return new GanzhiError('The database does not answer.', {
      code: 'database-unreachable',
      blame: 'outside',
      remedy: 'Wait, or look at the database server; nothing that gateways accepted is lost meanwhile.',
      retryable: true,
      cause: raised,
    })
  }
  if (statusCode < 500 && code.startsWith('FST_')) {
    return new GanzhiError(message, {
      code: 'bad-request',
      blame: 'caller',
      remedy: 'Send it as /api/openapi.json describes.',
    })
  }
  return new GanzhiError('The platform made a mistake.', {
    code: 'internal',
    blame: 'ours',
    remedy: 'Look for the id of this request in the log of the platform.',
    cause: raised,
  })
}

interface Raised {
  readonly code?: string
  readonly message?: string
  readonly statusCode?: number
}

export function notFound(what: string): GanzhiError {
  return new GanzhiError(`${what} is not known.`, {
    code: 'not-found',
    blame: 'caller',
    remedy: 'Check its name.',
  })
}
