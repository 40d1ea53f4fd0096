import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serveConsole } from './console-files.ts'
import { reportProblems } from './problem.ts'

let dir: string
let app: FastifyInstance

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-dist-'))
  app = Fastify()
  reportProblems(app)
})
afterEach(async () => {
  await app.close()
  await rm(dir, { recursive: true, force: true })
})

async function build(): Promise<void> {
  await mkdir(join(dir, 'assets'))
  await writeFile(join(dir, 'index.html'), '<p>the page')
  await writeFile(join(dir, 'assets', 'index-abc123.js'), 'code')
}

test('a console that is not built says how to build it', async () => {
  await serveConsole(app, undefined)
  const answer = await app.inject('/')
  expect(answer.statusCode).toBe(503)
  expect(answer.body).toContain('vite build cloud/console')
})

test('a console that is built while the platform runs is served from then on', async () => {
  await serveConsole(app, dir)
  expect((await app.inject('/')).statusCode).toBe(503)
  await build()
  expect((await app.inject('/')).body).toBe('<p>the page')
})

test('assets are kept for ever, the page is asked for anew', async () => {
  await build()
  await serveConsole(app, dir)
  expect((await app.inject('/')).headers['cache-control']).toBe('no-cache')
  expect((await app.inject('/assets/index-abc123.js')).headers['cache-control']).toBe(
    'public, max-age=31536000, immutable',
  )
})

test('an asset that is not there is not kept for ever', async () => {
  await build()
  await serveConsole(app, dir)
  const answer = await app.inject('/assets/index-gone.js')
  expect(answer.statusCode).toBe(404)
  expect(answer.headers['cache-control'] ?? '').not.toContain('immutable')
})

test('scripts, frames and styles of others have no way in', async () => {
  await build()
  await serveConsole(app, dir)
  const { headers } = await app.inject('/')
  expect(headers['content-security-policy']).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self';",
  )
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test.each(['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/assets/..%2f..%2fsecret', '/%00', '/%zz'])(
  '%s leads nowhere outside',
  async (path) => {
    await build()
    await writeFile(join(dir, '..', 'secret'), 'of the house')
    await serveConsole(app, dir)
    const answer = await app.inject(path)
    await rm(join(dir, '..', 'secret'))
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toContain('of the house')
  },
)

test('the folder of the program itself is never served', async () => {
  await serveConsole(app, fileURLToPath(new URL('.', import.meta.url)))
  expect((await app.inject('/server.ts')).statusCode).toBe(503)
})
