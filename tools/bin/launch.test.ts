import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

const launcher = new URL('launch.mjs', import.meta.url).href
const modules = new URL('../../node_modules', import.meta.url).pathname

// An old Node, as far as the launcher can see.
const OLD = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ganzhi-launch-'))
  await symlink(modules, join(home, 'node_modules'))
  await writeFile(
    join(home, 'program.ts'),
    `const [command, argument]: string[] = process.argv.slice(2)
     if (command === 'exit') process.exit(Number(argument))
     process.on('SIGTERM', () => process.exit(7))
     process.stdout.write(JSON.stringify({ pid: process.pid, version: process.versions.node, main: process.argv[1], argument }))
     setInterval(() => {}, 1000)`,
  )
  await writeFile(
    join(home, 'bin.mjs'),
    `import { launch } from '${launcher}'
     await launch(new URL('program.ts', import.meta.url))`,
  )
})
afterAll(() => rm(home, { recursive: true, force: true }))

const start = (node: readonly string[], ...args: string[]) =>
  spawn(process.execPath, [...node, join(home, 'bin.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })

describe.each([
  ['this Node', []],
  ['an old Node, which starts the one of the workspace', ['--import', OLD]],
])('under %s', (_, node) => {
  test('the exit code is passed on', async () => {
    expect(await once(start(node, 'exit', '3'), 'exit')).toEqual([3, null])
  })

  test('arguments and signals are passed on', async () => {
    const launched = start(node, 'wait', 'a b')
    const [said] = await once(launched.stdout, 'data')
    const { version, main, argument } = JSON.parse(String(said))
    expect(version).toMatch(/^24\./)
    expect(main).toBe(join(home, 'program.ts'))
    expect(argument).toBe('a b')
    launched.kill('SIGTERM')
    expect(await once(launched, 'exit')).toEqual([7, null])
  })

  test('a launcher that is killed takes the program along', async () => {
    const launched = start(node, 'wait')
    const [said] = await once(launched.stdout, 'data')
    const { pid } = JSON.parse(String(said))
    launched.kill('SIGKILL')
    // A zombie is dead, though nobody may have taken note.
    const state = () => readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: gone')
    await vi.waitFor(async () => expect(await state()).toMatch(/^State:\s+(Z|gone)/m), { timeout: 5_000 })
  })
})

test('without the workspace Node an old one says how to get it, and exits with 2', async () => {
  const bare = await mkdtemp(join(tmpdir(), 'ganzhi-bare-'))
  await writeFile(
    join(bare, 'bin.mjs'),
    `import { launch } from '${launcher}'\nawait launch(new URL('program.ts', import.meta.url))`,
  )
  const launched = spawn(process.execPath, ['--import', OLD, join(bare, 'bin.mjs')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [[said], [code]] = await Promise.all([once(launched.stderr, 'data'), once(launched, 'exit')])
  expect(String(said)).toContain('npm ci --include=optional')
  expect(code).toBe(2)
  await rm(bare, { recursive: true })
})
