import { GanzhiError } from '@ganzhi/contracts/error'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import Type from 'typebox'
import { SESSION_COOKIE, personIn } from './access.ts'
import { loginGuard } from './login-guard.ts'
import { hashPassword, passwordMatches } from './password.ts'
import { closeOtherSessions, closeSession, openSession } from './sessions.ts'

const Me = Type.Object({ name: Type.String() })
const Password = Type.String({ minLength: 1, maxLength: 200 })
const NewPassword = Type.String({ minLength: 10, maxLength: 200, description: 'at least 10 characters' })
const tags = ['session']

export function sessionRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  const logins = loginGuard(Date.now)

  async function personWith(name: string, password: string): Promise<{ id: number } | undefined> {
    const { rows } = await pool.query<{ id: number; password_hash: string }>(
      'SELECT id, password_hash FROM person WHERE name = $1',
      [name],
    )
    return (await passwordMatches(password, rows[0]?.password_hash)) ? rows[0] : undefined
  }

  return async (app) => {
    app.post(
      '/login',
      {
        config: { access: 'open' },
        schema: {
          tags,
          body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }), password: Password }),
          response: { 200: Me },
        },
      },
      async (request, reply) => {
        const { name, password } = request.body
        const person = await logins.guard(name, request.ip, () => personWith(name, password))
        if (!person) throw wrongPassword('Name or password is wrong.')
        setCookie(request, reply, await openSession(pool, person.id))
        return { name }
      },
    )

    app.post('/logout', { schema: { tags, response: { 204: Type.Null() } } }, async (request, reply) => {
      await closeSession(pool, request.cookies[SESSION_COOKIE] ?? '')
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send(null)
    })

    app.get('/me', { schema: { tags, response: { 200: Me } } }, (request) => ({
      name: personIn(request).name,
    }))

    app.post(
      '/me/password',
      {
        schema: {
          tags,
          body: Type.Object({ current: Password, next: NewPassword }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { id, name } = personIn(request)
        const { current, next } = request.body
        const known = await logins.guard(name, request.ip, () => personWith(name, current))
        if (!known) throw wrongPassword('The current password is wrong.')
        await pool.query('UPDATE person SET password_hash = $2 WHERE id = $1', [id, await hashPassword(next)])
        await closeOtherSessions(pool, id, request.cookies[SESSION_COOKIE] ?? '')
        return reply.code(204).send(null)
      },
    )
  }
}

function setCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.setCookie(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  })
}

function wrongPassword(message: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'wrong-password',
    blame: 'caller',
    remedy: 'Check upper and lower case, then try again.',
  })
}
