import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from '@ganzhi/contracts/schema'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CameraSource } from './camera-source.ts'
import { answerChallenge } from './http-login.ts'
import { readLogin } from './login.ts'
import { scrubber, withLogin } from './scrub.ts'
import { seal, sealKey } from './seal.ts'

let base: string
beforeAll(async () => void (base = await mkdtemp(join(tmpdir(), 'ganzhi-login-'))))
afterAll(() => rm(base, { recursive: true, force: true }))

const LOGIN = { username: 'admin', password: "p@ss:w/o'rd%" }

test('a login that was sealed here opens here, and the key is for its owner only', async () => {
  const dataDir = join(base, 'a')
  const sealed = seal(`${LOGIN.username}:${LOGIN.password}`, await sealKey(dataDir))
  expect(sealed).not.toContain('admin')
  expect(await readLogin({ sealed }, { base, dataDir })).toEqual(LOGIN)
  expect((await stat(join(dataDir, 'seal.key'))).mode & 0o777).toBe(0o600)
})

test.each([
  ['of another gateway', (sealed: string) => sealed, 'b'],
  ['that was altered', (sealed: string) => `${sealed.slice(0, -6)}AAAAAA`, 'a'],
  ['that was cut', (sealed: string) => sealed.slice(0, 12), 'a'],
])('a login %s is refused with what to do', async (_, change, opener) => {
  const sealed = change(seal('admin:secret', await sealKey(join(base, 'a'))))
  await expect(readLogin({ sealed }, { base, dataDir: join(base, opener) })).rejects.toMatchObject({
    code: 'bad-config',
    remedy: expect.stringContaining('camera seal') as string,
  })
})

test('a file of a login is read only while nobody else may read it', async () => {
  await writeFile(join(base, 'cam.login'), 'admin:se:cret\n', { mode: 0o600 })
  const read = () => readLogin({ file: 'cam.login' }, { base, dataDir: base })
  expect(await read()).toEqual({ username: 'admin', password: 'se:cret' })
  await chmod(join(base, 'cam.login'), 0o644)
  await expect(read()).rejects.toMatchObject({ remedy: expect.stringContaining('chmod 600') as string })
})

test('an address with a login inside is no configuration', () => {
  const source = (url: string) => () => check(CameraSource, { kind: 'rtsp', url }, 'camera')
  expect(source('rtsp://admin:secret@192.168.1.64/live')).toThrow('url')
  expect(source("rtsp://192.168.1.64/'\nfile '/etc/passwd")).toThrow('url')
  expect(source('rtsp://192.168.1.64/user=admin@live')).not.toThrow()
})

test('what others say is shown without the login, however it is written', () => {
  const said = `401 for ${withLogin('rtsp://10.0.0.1/live', LOGIN)}, ${LOGIN.password}, rtsp://x:y@z/`
  const clean = scrubber(LOGIN)(said)
  for (const secret of [LOGIN.password, encodeURIComponent(LOGIN.password), 'x:y', 'admin:']) {
    expect(clean).not.toContain(secret)
  }
})

test('the digest of RFC 2617 §3.5, as an old camera asks for it, and the wish for basic', () => {
  const asked = { method: 'GET', url: new URL('http://x/dir/index.html') }
  const login = { username: 'Mufasa', password: 'Circle Of Life' }
  const challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
  expect(answerChallenge(challenge, login, asked)).toContain('response="670fd8c2df070c60b045671b8b24ff02"')
  expect(answerChallenge('Basic realm="x"', login, asked)).toBe('Basic TXVmYXNhOkNpcmNsZSBPZiBMaWZl')
  expect(answerChallenge('Negotiate', login, asked)).toBeUndefined()
})
