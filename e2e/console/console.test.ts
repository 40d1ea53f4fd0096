import { hashOf } from '@ganzhi/contracts/point-table'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inkOnChart, missingPrograms, openBrowser, PATIENT } from './browser.ts'
import { type Platform, startPlatform } from './platform.ts'
import { type SendingGateway, openSendingGateway } from './sending-gateway.ts'

const missing = missingPrograms()

const TABLE = {
  points: [
    { device: 'meter-1', property: 'temp', type: 'float', decimals: 1 },
    { device: 'meter-1', property: 'level', type: 'float', decimals: 2 },
    { device: 'meter-1', property: 'anomaly', type: 'float', decimals: 3 },
  ],
} as const satisfies Parameters<typeof openSendingGateway>[2]

describe.skipIf(missing.length > 0)('the console in a browser', () => {
  let stack: AsyncDisposableStack
  let platform: Platform
  let gateway: SendingGateway
  let browser: Browser
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    stack = new AsyncDisposableStack()
    platform = stack.use(await startPlatform())
    gateway = stack.use(
      await openSendingGateway(platform.natsUrl, 'cabinet-1', { points: [...TABLE.points] }),
    )
    browser = await openBrowser()
    stack.defer(() => browser.close())
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
    page.on('pageerror', (error) => troubles.push(error.message))
    const now = Date.now()
    for (let i = 120; i > 0; i--) {
      const at = now - i * 5_000
      if (i === 60) await gateway.lose()
      await gateway.send([
        { slot: 0, at, quality: 'good', value: 20 + Math.round(10 * Math.sin(i / 9)) / 10 },
        { slot: 1, at, quality: 'good', value: 1.25 },
      ])
    }
    await gateway.send([{ slot: 2, at: now, quality: 'good', value: 0.125 }])
    await gateway.status()
  })
  afterAll(() => stack?.disposeAsync())

  const text = (selector: string) => page.locator(selector).first().innerText()
  const valueOf = (property: string) =>
    page.locator('.points-card .virtual-row', { hasText: property }).locator('.value').innerText()

  test('asks who is there, in Chinese, and says what is wrong with a password', async () => {
    await page.goto(platform.url)
    await page.getByLabel('密码').fill('wrong')
    await page.getByRole('button', { name: '登录' }).click()
    await expect.poll(() => text('[role=alert]'), PATIENT).toContain('用户名或密码不正确')
    await page.getByLabel('密码').fill(platform.login.password)
    await page.getByRole('button', { name: '登录' }).click()
    await expect.poll(() => text('.devices .row-name'), PATIENT).toBe('meter-1')
  })

  test('shows the values of a device', async () => {
    await expect.poll(() => text('.device-head h1'), PATIENT).toBe('meter-1')
    await expect.poll(() => valueOf('level'), PATIENT).toBe('1.25')
    expect(await text('.points-card .quality')).toBe('正常')
  })

  test('shows how strange its values are by a name, and not by what programs call it', async () => {
    expect(await valueOf('异常程度')).toBe('0.125')
  })

  test('shows a new value as it comes, without being asked', async () => {
    await expect.poll(() => text('.live-mark'), PATIENT).toBe('实时')
    await gateway.send([{ slot: 1, at: Date.now(), quality: 'good', value: 7.77 }])
    await expect.poll(() => valueOf('level'), PATIENT).toBe('7.77')
    await gateway.send([{ slot: 1, at: Date.now(), quality: 'bad-comm', value: null }])
    await expect
      .poll(() => page.locator('.points-card .virtual-row', { hasText: 'level' }).innerText(), PATIENT)
      .toContain('通信异常')
  })

  test('draws the curve of the point that is chosen', async () => {
    await page.locator('.points-card .virtual-row', { hasText: 'temp' }).click()
    await expect.poll(() => text('.chart-card h2'), PATIENT).toBe('temp')
    await expect.poll(() => inkOnChart(page, '--accent'), PATIENT).toBeGreaterThan(500)
    await expect.poll(() => text('.chart-foot'), PATIENT).toContain('120 个点')
    await page.getByRole('button', { name: '1 小时' }).click()
    await expect.poll(() => page.url(), PATIENT).toContain('range=1h')
  })

  test('is led by the arrow keys', async () => {
    await page.getByRole('listbox', { name: '实时数据' }).focus()
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => text('.chart-card h2'), PATIENT).toBe('level')
    await page.keyboard.press('End')
    await expect.poll(() => text('.chart-card h2'), PATIENT).toBe('temp')
  })

  test('tells that a record is missing, and why', async () => {
    await expect.poll(() => text('.gaps-card .ranges'), PATIENT).toContain('网关缓存已满')
    await expect.poll(() => text('.day-detail'), PATIENT).toContain('缺失 1 条')
  })

  test('tells that a link of the gateway is down, and why, until it is heard again', async () => {
    const side = page.locator('.gateways .row-side').first()
    const error = { code: 'link-down', message: 'can not open /dev/ttyS1' }
    await gateway.status([{ link: 'rs485-1', since: Date.now() - 60_000, error, devices: ['meter-1'] }])
    await expect.poll(() => side.innerText(), PATIENT).toBe('1 条链路中断')
    expect(await side.getAttribute('title')).toMatch(
      /^rs485-1：.* 起中断，其上 1 台设备；can not open \/dev\/ttyS1$/,
    )
    await gateway.status()
    await expect.poll(() => side.innerText(), PATIENT).not.toContain('中断')
  })

  test('shows what was asked of the device, and what became of it', async () => {
    expect(await page.locator('.commands-card').count()).toBe(0)
    const wish = { device: 'meter-1', property: 'level', value: 3.5, expiresInMs: 5_000 }
    await page.evaluate(`fetch('/api/v1/commands', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: '${JSON.stringify(wish)}' })`)
    await expect.poll(() => text('.commands-card .command-state'), PATIENT).toBe('已过期')
    expect(await text('.commands-card summary')).toContain('level = 3.5')
    await page.locator('.commands-card summary').click()
    await expect.poll(() => text('.command-steps'), PATIENT).toContain('网关不在线')
  })

  test('speaks English when it is asked to, and remembers that', async () => {
    await page.getByRole('button', { name: 'English' }).click()
    await expect.poll(() => text('.points-card h2'), PATIENT).toBe('Live values')
    await page.reload()
    await expect.poll(() => text('.chart-card h2'), PATIENT).toBe('temp')
    expect(await text('.points-card h2')).toBe('Live values')
    expect(await text('.gaps-card .ranges')).toContain('outbox was full')
  })

  test('finds a device by a part of its name', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('nothing like it')
    await expect.poll(() => text('.devices-body'), PATIENT).toContain('No device matches')
    await page.getByLabel('Search devices').fill('ETER')
    await expect.poll(() => text('.devices .row-name'), PATIENT).toBe('meter-1')
  })

  test('shows what a camera found: first that it goes on, then the picture, then that it ended', async () => {
    const picture = await page.screenshot({ type: 'jpeg' })
    const incident = '01JD0000000000000000000001'
    const type = 'cn.ganzhi.vision.crowd-gathering'
    const about = { specversion: '1.0', source: 'cabinet-1/gate-3', subject: 'gate-3', incident } as const
    const at = {
      sha256: hashOf(picture),
      role: 'at',
      contentType: 'image/jpeg',
      bytes: picture.length,
    } as const

    await page.getByRole('button', { name: 'Incidents' }).click()
    await expect.poll(() => text('.listing-body'), PATIENT).toContain('No incident yet')
    await gateway.tell({
      ...about,
      id: `${incident}.started.0`,
      type: `${type}.started`,
      time: new Date().toISOString(),
      confidence: 0.87,
      evidence: [at],
      data: { count: 12 },
    })
    await expect.poll(() => text('.incident-row'), PATIENT).toContain('goes on')
    await page.locator('.incident-row').click()
    await expect.poll(() => text('.story-panel h1'), PATIENT).toBe('Crowd gathering')
    expect(await text('.story-panel .facts')).toContain('0.87')
    expect(await text('.evidence-row')).toContain('Picture on its way')

    await gateway.show(picture)
    const width = () =>
      page.evaluate<number>(`document.querySelector('.evidence-row img')?.naturalWidth ?? 0`)
    await expect.poll(width, PATIENT).toBe(1440)

    await gateway.tell({
      ...about,
      id: `${incident}.ended.0`,
      type: `${type}.ended`,
      time: new Date().toISOString(),
    })
    await expect.poll(() => text('.story-panel .story-state'), PATIENT).toContain('ended')
    expect(await text('.course')).toContain('started')
    await page.reload()
    await expect.poll(() => text('.story-panel h1'), PATIENT).toBe('Crowd gathering')
    if (process.env['SHOT']) await page.screenshot({ path: process.env['SHOT'] })
  })

  test('made no mistake that the browser saw', () => {
    expect(troubles).toEqual([])
  })
})
