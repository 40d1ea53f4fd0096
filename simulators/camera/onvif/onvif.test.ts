import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { testSite } from '../test-site.ts'

let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

const credentials = { user: 'admin', password: 'secret' }

async function aCamera(options?: Parameters<typeof testSite>[0]) {
  const { site } = await testSite(options)
  stack.use(site)
  const addresses = site.addressesOf(2)
  const ask = async (operation: string, { inside = '', head = '' } = {}) => {
    const body =
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${head}</s:Header>` +
      `<s:Body><${operation} xmlns="http://www.onvif.org/ver10/media/wsdl">${inside}</${operation}></s:Body></s:Envelope>`
    const response = await fetch(addresses.onvif, { method: 'POST', body })
    return { status: response.status, xml: await response.text() }
  }
  return { site, addresses, ask }
}

function token(password: string): string {
  const nonce = Buffer.from('a nonce')
  const created = '2026-11-21T08:00:00Z'
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64')
  return (
    `<Security><UsernameToken><Username>admin</Username><Password Type="#PasswordDigest">${digest}</Password>` +
    `<Nonce>${nonce.toString('base64')}</Nonce><Created>${created}</Created></UsernameToken></Security>`
  )
}

test('a camera tells its profiles, and where their streams and its snapshots are', async () => {
  const { ask, addresses } = await aCamera()
  const profiles = await ask('GetProfiles')
  expect([...profiles.xml.matchAll(/<trt:Profiles token="(\w+)"/g)].map(([, name]) => name)).toEqual([
    'main',
    'sub',
  ])
  const inside = '<ProfileToken>sub</ProfileToken>'
  expect((await ask('GetStreamUri', { inside })).xml).toContain(`<tt:Uri>${addresses.sub}</tt:Uri>`)
  expect((await ask('GetSnapshotUri', { inside })).xml).toContain(`<tt:Uri>${addresses.snapshot}</tt:Uri>`)
  expect((await ask('GetCapabilities')).xml).toContain(`<tt:XAddr>${addresses.onvif}</tt:XAddr>`)
})

test('what is secret is told only to who proves to know the password; the time is told to all', async () => {
  const { ask } = await aCamera({ credentials })
  expect((await ask('GetSystemDateAndTime')).status).toBe(200)
  expect((await ask('GetProfiles')).status).toBe(401)
  expect((await ask('GetProfiles', { head: token('wrong') })).status).toBe(401)
  expect((await ask('GetProfiles', { head: token('secret') })).status).toBe(200)
})

test.each([
  ['an operation it lacks', 'SetHomePosition', /ActionNotSupported/],
  ['a request without end', 'x'.repeat(70_000), /too long/],
])('%s is a SOAP fault', async (_, operation, reason) => {
  const { ask } = await aCamera()
  expect(await ask(operation)).toEqual({ status: 400, xml: expect.stringMatching(reason) as string })
})

test('a probe is answered for each camera, with its address; other datagrams are not', async () => {
  const { site } = await aCamera()
  const socket = createSocket('udp4')
  stack.defer(() => void socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const heard: string[] = []
  socket.on('message', (message) => heard.push(message.toString()))
  const probe = (types: string) =>
    `<e:Envelope><e:Header><w:MessageID>uuid:7&amp;8</w:MessageID></e:Header><e:Body><d:Probe>${types}</d:Probe></e:Body></e:Envelope>`
  for (const message of [
    '',
    '<Probe',
    '\0\xff',
    probe('<d:Types>dn:Printer</d:Types>'),
    probe('<d:Types>dn:NetworkVideoTransmitter</d:Types>'),
  ]) {
    socket.send(message, site.discovery!.port, '127.0.0.1')
  }
  await expect.poll(() => heard.length).toBe(2)
  for (const [i, match] of heard.entries()) {
    expect(match).toContain('<a:RelatesTo>uuid:7&amp;8</a:RelatesTo>')
    expect(match).toContain(`<d:XAddrs>${site.addressesOf(i + 1).onvif}</d:XAddrs>`)
  }
})
