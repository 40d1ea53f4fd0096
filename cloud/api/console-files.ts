import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { notFound } from './problem.ts'

const FOR_EVER = { cacheControl: true, maxAge: 365 * 86_400_000, immutable: true }

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Ganzhi 感知</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1.5em;color:#1b2a33}code{background:#eef2f4;padding:.15em .4em;border-radius:4px}</style>
<h1>控制台尚未构建<br>The console is not built yet</h1>
<p>接口已就绪；运行下面的命令后刷新本页。<br>The API is ready; run this, then reload the page.</p>
<p><code>npx --no vite build cloud/console</code></p>`

/** Everything that is not the API is the console: one page, whose assets carry their hash in the name. */
export async function serveConsole(app: FastifyInstance, consoleDir: string | undefined): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', POLICY)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'same-origin')
  })
  const dir = consoleDir ?? ''
  const isBuilt = () => dir !== '' && existsSync(join(dir, 'index.html'))

  await app.register(fastifyStatic, {
    root: consoleDir ?? import.meta.dirname,
    serve: false,
    cacheControl: false,
  })
  app.get('/*', { config: { access: 'open' }, schema: { hide: true } }, async (request, reply) => {
    const path = decodeURIComponent(new URL(request.url, 'http://console').pathname)
    if (path.startsWith('/api/')) throw notFound(path)
    if (!isBuilt()) return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
    if (path.startsWith('/assets/')) return reply.sendFile(path.slice(1), dir, FOR_EVER)
    reply.header('cache-control', 'no-cache')
    return reply.sendFile(path === '/' ? 'index.html' : path.slice(1), dir)
  })
}
