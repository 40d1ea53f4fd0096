import { GanzhiError } from '@ganzhi/contracts/error'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { type Person, personOf } from './sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined only on routes that are open to everybody. */
    person: Person | undefined
  }
  interface FastifyContextConfig {
    /** Deny by default: a route that says nothing needs a session. */
    access?: 'open' | 'open-on-this-machine'
  }
}

export const SESSION_COOKIE = 'ganzhi_session'

/** Finds the person behind each request, and turns away who has no session where one is needed. */
export function guardAccess(app: FastifyInstance, pool: Pool): void {
  app.decorateRequest('person', undefined)
  app.addHook('onRequest', async (request) => {
    refuseForeignWrites(request)
    const { access } = request.routeOptions.config
    const open = access === 'open' || (access === 'open-on-this-machine' && isLocal(request))
    const token = request.cookies[SESSION_COOKIE]
    if (token !== undefined) request.person = await personOf(pool, token).catch(unlessOpen(open))
    if (request.person || open) return
    throw new GanzhiError('Nobody is logged in.', {
      code: 'not-logged-in',
      blame: 'caller',
      remedy: 'Log in, then try again.',
    })
  })
}

/** What is open to everybody, health first of all, answers without the database, too. */
function unlessOpen(open: boolean): (error: unknown) => undefined {
  return (error) => {
    if (!open) throw error
  }
}

/** SameSite=Strict already keeps the cookie at home; this holds for sibling hosts of one site, too. */
function refuseForeignWrites(request: FastifyRequest): void {
  const from = request.headers['sec-fetch-site']
  if (request.method === 'GET' || from === undefined || from === 'same-origin') return
  throw new GanzhiError('This request was made by another site.', {
    code: 'foreign-site',
    blame: 'caller',
    remedy: 'Open the console by its own address.',
  })
}

/** Through a proxy on this machine everybody comes from loopback. */
function isLocal(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress ?? ''
  const proxied = 'x-forwarded-for' in request.headers || 'forwarded' in request.headers
  return !proxied && /^(::ffff:)?127\.|^::1$/.test(address)
}

export function personIn(request: FastifyRequest): Person {
  if (request.person) return request.person
  throw new GanzhiError('A route that needs a person was opened to everybody.', {
    code: 'internal',
    blame: 'ours',
  })
}
