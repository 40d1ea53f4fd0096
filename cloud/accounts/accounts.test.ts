import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { openFirstLogin } from './first-login.ts'

const startServer = async (dataDir: string) => startPostgres({ dataDir, port: await freePort() })

let on: ApiUnderTest
beforeAll(async () => {
  on = await openApiUnderTest(startServer, { trustProxy: '127.0.0.1' })
})
afterAll(() => on?.[Symbol.asyncDispose]())

/** Each test from an address of its own, so that failures of one don't block another. */
let addresses = 0
const from = () => ({ 'x-forwarded-for': `192.0.2.${++addresses}` })

async function logIn(password = on.login.password): Promise<string> {
  const response = await on.post('/api/v1/login', { name: 'admin', password }, from())
  expect(response.status).toBe(200)
  return response.headers.getSetCookie()[0] ?? ''
}
const me = async (cookie: string) => (await on.get('/api/v1/me', { cookie })).status

describe('the first login', () => {
  test('is made once, and told once', async () => {
    expect(on.login).toMatchObject({ name: 'admin', password: expect.stringMatching(/^(\w{4}-){3}\w{4}$/) })
    expect(await openFirstLogin(on.pool)).toBeUndefined()
  })

  test('leaves no password behind that could be read', async () => {
    const { rows } = await on.pool.query<{ password_hash: string }>('SELECT password_hash FROM person')
    expect(rows[0]?.password_hash).toMatch(/^scrypt\$/)
    expect(rows[0]?.password_hash).not.toContain(on.login.password)
  })
})

describe('a session', () => {
  test('is a cookie that scripts and other sites never see', async () => {
    expect(await logIn()).toMatch(/^ganzhi_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  })

  test('travels by HTTPS only, where it was opened so', async () => {
    const headers = { ...from(), 'x-forwarded-proto': 'https' }
    const response = await on.post('/api/v1/login', on.login, headers)
    expect(response.headers.getSetCookie()[0]).toContain('; Secure')
  })

  test('can not be made from what the database holds', async () => {
    const cookie = await logIn()
    const { rows } = await on.pool.query<{ token: string }>(
      `SELECT unnest(ARRAY[encode(token_hash, 'base64'), encode(token_hash, 'escape')]) AS token FROM session`,
    )
    for (const { token } of rows) expect(await me(`ganzhi_session=${encodeURIComponent(token)}`)).toBe(401)
    expect(await me(cookie)).toBe(200)
  })

  test('ends when its time is over', async () => {
    const cookie = await logIn()
    await on.pool.query(`UPDATE session SET expires_at = now() - interval '1 s'`)
    expect(await me(cookie)).toBe(401)
  })

  test('is renewed by use, but not for ever', async () => {
    const cookie = await logIn()
    const age = (age: string, left: string) =>
      on.pool.query(
        'UPDATE session SET created_at = now() - $1::interval, expires_at = now() + $2::interval',
        [age, left],
      )
    const left = async () => {
      const { rows } = await on.pool.query<{ hours: number }>(
        'SELECT max(extract(epoch FROM expires_at - now()))::float8 / 3600 AS hours FROM session',
      )
      return rows[0]?.hours ?? 0
    }
    await age('2 hours', '1 hour')
    await me(cookie)
    expect(await left()).toBeGreaterThan(11)
    await age('30 days', '1 hour')
    await me(cookie)
    expect(await left()).toBeLessThan(0.1)
  })

  test('ends with the log-out', async () => {
    const cookie = await logIn()
    const response = await on.post('/api/v1/logout', undefined, { cookie })
    expect(response.status).toBe(204)
    expect(await me(cookie)).toBe(401)
  })

  test('is not for other sites to write with', async () => {
    const cookie = await logIn()
    const response = await on.post('/api/v1/logout', undefined, { cookie, 'sec-fetch-site': 'same-site' })
    expect(response.status).toBe(403)
    expect(await me(cookie)).toBe(200)
  })
})

describe('without a session', () => {
  test.each(['/api/v1/devices', '/api/v1/live?series=1', '/api/v1/gaps', '/api/openapi.json', '/api/v1/me'])(
    '%s is refused',
    async (path) => {
      const response = await on.get(path, {})
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ code: 'not-logged-in', remedy: expect.any(String) })
    },
  )

  test('metrics are for this machine only', async () => {
    expect((await on.get('/metrics', {})).status).toBe(200)
    expect((await on.get('/metrics', from())).status).toBe(401)
  })

  test('health tells its states, and no details', async () => {
    const response = await on.get('/api/v1/health', {})
    const { parts } = (await response.json()) as { parts: { findings: unknown[] }[] }
    expect(parts.length).toBeGreaterThan(3)
    expect(parts.every(({ findings }) => findings.length === 0)).toBe(true)
  })
})

describe('a password', () => {
  test('that is wrong opens nothing, and who has none is told no more than that', async () => {
    const answers = await Promise.all(
      [
        { name: 'admin', password: 'wrong' },
        { name: 'nobody', password: 'wrong' },
      ].map(async (login) => {
        const response = await on.post('/api/v1/login', login, from())
        const { code, title } = (await response.json()) as { code: string; title: string }
        return { status: response.status, code, title, cookie: response.headers.get('set-cookie') }
      }),
    )
    expect(answers[0]).toMatchObject({ status: 401, code: 'wrong-password', cookie: null })
    expect(answers[1]).toEqual(answers[0])
  })

  test('can be guessed at five times a minute from one address, and the owner still gets in elsewhere', async () => {
    const stranger = from()
    const guess = () => on.post('/api/v1/login', { name: 'admin', password: 'guess' }, stranger)
    for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(401)
    expect((await guess()).status).toBe(429)
    expect((await on.post('/api/v1/login', on.login, stranger)).status).toBe(429)
    await logIn()
  })

  test('is changed by who knows the old one, which ends the other sessions', async () => {
    const [mine, other] = [await logIn(), await logIn()]
    const change = (current: string, next: string) =>
      on.post('/api/v1/me/password', { current, next }, { cookie: mine, ...from() })

    expect((await change('wrong', 'a new password')).status).toBe(401)
    expect((await change(on.login.password, 'short')).status).toBe(400)
    expect((await change(on.login.password, 'a new password')).status).toBe(204)
    expect(await me(mine)).toBe(200)
    expect(await me(other)).toBe(401)
    await logIn('a new password')
  })
})
