import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inkOnChart, missingPrograms, openBrowser, PATIENT } from './browser.ts'
import { type Platform, startPlatform } from './platform.ts'
import { openSendingGateway, type SendingGateway } from './sending-gateway.ts'

const missing = missingPrograms()

const RULE = `id: dust
version: 1
names: { zh: 扬尘, en: Dust }
for: { property: pm25 }
when: { above: 75, clearBelow: 70 }
severity: major
lateness: PT1S
`

describe.skipIf(missing.length > 0)('alarms and rules in a browser', () => {
  let stack: AsyncDisposableStack
  let platform: Platform
  let gateway: SendingGateway
  let browser: Browser
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    stack = new AsyncDisposableStack()
    platform = stack.use(await startPlatform())
    const points = [{ device: 'dust-1', property: 'pm25', type: 'float', decimals: 1 }] as const
    gateway = stack.use(await openSendingGateway(platform.natsUrl, 'cabinet-1', { points: [...points] }))
    await send(60)
    browser = await openBrowser()
    stack.defer(() => browser.close())
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
    page.on('pageerror', (error) => troubles.push(error.message))
    await page.goto(platform.url)
    await page.getByLabel('密码').fill(platform.login.password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.locator('.devices .row-name').first().waitFor()
  })
  afterAll(() => stack?.disposeAsync())

  const send = (value: number) => gateway.send([{ slot: 0, at: Date.now(), quality: 'good', value }])
  const text = (selector: string) => page.locator(selector).first().innerText()
  const open = (name: string) =>
    page
      .getByRole('navigation', { name: /页面|Pages/ })
      .getByRole('button', { name })
      .click()
  const button = (name: string | RegExp) => page.locator('.content').getByRole('button', { name })

  test('say what would be there, where nothing is', async () => {
    await open('告警')
    await expect.poll(() => text('.listing-body'), PATIENT).toContain('一切正常')
    await open('规则')
    await expect.poll(() => text('.listing-body'), PATIENT).toContain('还没有规则')
  })

  test('a rule that is being written is told by its line what is wrong, and what it would do', async () => {
    await page.getByRole('button', { name: '新建' }).click()
    const editor = page.getByLabel('规则文本')
    await editor.fill(RULE.replace('clearBelow: 70', 'clearBelow: 170'))
    await expect.poll(() => text('.verdict'), PATIENT).toMatch(/第 5 行\s+when\.clearBelow/)
    expect(await page.locator('.editor .wrong').innerText()).toBe('5')
    expect(await button('保存并启用').isDisabled()).toBe(true)
    await editor.fill(RULE)
    await expect.poll(() => text('.verdict'), PATIENT).toContain('高于 75')
    await button('保存并启用').click()
    await expect.poll(() => text('.story-panel h1'), PATIENT).toBe('扬尘')
    expect(await text('.reading .said')).toContain('报“较大”')
    await expect.poll(() => text('.rule-row'), PATIENT).toContain('第 1 版')
  })

  test('an alarm appears by itself, and says why: value, threshold and time', async () => {
    await open('告警')
    // Whether the rule is followed yet is not known: it is sent until it is.
    const seen = async () => {
      await send(120.5)
      return page.locator('.alarm-row').count()
    }
    await expect.poll(seen, { ...PATIENT, interval: 1_000 }).toBe(1)
    expect(await text('.alarm-row')).toMatch(/扬尘[\s\S]*cabinet-1 · dust-1[\s\S]*较大/)
    await page.getByRole('listbox', { name: '告警' }).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => text('.story-panel .story-state'), PATIENT).toContain('未解除')
    expect(await text('.transitions')).toMatch(
      /正常\s*→\s*较大[\s\S]*PM2\.5 为 120\.5 µg\/m³，高于阈值 75 µg\/m³（自 \d\d:\d\d:\d\d 起）/,
    )
  })

  test('the chart has the values, the thresholds and when it was told', async () => {
    await expect.poll(() => inkOnChart(page, '--severity-major'), PATIENT).toBeGreaterThan(20)
    await expect.poll(() => inkOnChart(page, '--accent'), PATIENT).toBeGreaterThan(20)
    expect(await text('.rule-chart .chart-foot')).toContain('解除值')
  })

  test('somebody takes care of it, and everybody sees who', async () => {
    await page.getByPlaceholder('备注（可不填）').fill('洒水车已派')
    await button('我来处理').click()
    await expect.poll(() => text('.story-panel'), PATIENT).toMatch(/admin 于 .* 确认处理 · 洒水车已派/)
  })

  test('it ends by itself, and is found among those that ended', async () => {
    await send(50)
    await expect.poll(() => text('.story-panel .story-state'), PATIENT).toContain('已解除')
    expect(await text('.transitions li:last-child')).toContain('低于解除值 70 µg/m³')
    await expect.poll(() => text('.listing-body'), PATIENT).toContain('一切正常')
    await page.getByRole('button', { name: '已解除' }).click()
    await expect.poll(() => text('.alarm-row'), PATIENT).toContain('扬尘')
    await page.locator('.severities').getByRole('button', { name: '重大' }).click()
    await expect.poll(() => text('.listing-body'), PATIENT).toContain('没有符合条件的告警')
    await page.locator('.severities').getByRole('button', { name: '重大' }).click()
  })

  test('a rule is tried on what is stored, with the moments it would have told', async () => {
    await page.locator('.alarm-row').first().click()
    await button(/^规则：扬尘/).click()
    await page.locator('.try-card').getByRole('button', { name: '1 小时' }).click()
    await button('试一试').click()
    await expect.poll(() => text('.try-card .transitions'), PATIENT).toContain('高于阈值 75')
    expect(await text('.try-card .noisiest')).toContain('cabinet-1 · dust-1')
    await expect.poll(() => inkOnChart(page, '--severity-major'), PATIENT).toBeGreaterThan(20)
  })

  test('a change is the next version, compared with the one that counts; and one before may count again', async () => {
    await button('修改').click()
    const editor = page.getByLabel('规则文本')
    expect(await editor.inputValue()).toContain('version: 2')
    await editor.fill(RULE.replace('version: 1', 'version: 2').replace('above: 75', 'above: 200'))
    await expect.poll(() => button('保存为第 2 版').isEnabled(), PATIENT).toBe(true)
    await button('试一试').click()
    await expect.poll(() => text('.try-card .figures'), PATIENT).toMatch(/^0\s*告警 \(当前: 1\)/)
    await button('保存为第 2 版').click()
    await expect.poll(() => text('.story-panel .muted'), PATIENT).toContain('第 2 版')
    await button('改用此版').click()
    await page.getByRole('dialog').getByRole('button', { name: '改用此版' }).click()
    await expect.poll(() => text('.story-panel .muted'), PATIENT).toContain('第 1 版')
  })

  test('a rule is switched off, which is asked before, and on', async () => {
    await page.getByRole('switch').click()
    expect(await page.getByRole('dialog').innerText()).toMatch(/^停用这条规则？\s*取消\s*停用$/)
    await page.getByRole('dialog').getByRole('button', { name: '停用' }).click()
    await expect.poll(() => page.getByRole('switch').getAttribute('aria-checked'), PATIENT).toBe('false')
    await page.getByRole('switch').click()
    await expect.poll(() => page.getByRole('switch').getAttribute('aria-checked'), PATIENT).toBe('true')
  })

  test('what people were told is there, and a silence is made and ended', async () => {
    await open('通知')
    await expect.poll(() => text('.notice-row'), PATIENT).toContain('扬尘')
    await page.locator('.notice-row').first().click()
    await expect.poll(() => text('.chosen-lines'), PATIENT).toContain('cabinet-1 · dust-1')
    await page.getByRole('button', { name: '静默', exact: true }).click()
    await page.getByRole('button', { name: '新建' }).click()
    await page.getByLabel('原因').fill('道路施工')
    await page.getByLabel('网关').fill('cabinet-1')
    await button('开始静默').click()
    await expect.poll(() => text('.story-panel h1'), PATIENT).toBe('道路施工')
    await expect.poll(() => text('.story-panel .badge'), PATIENT).toBe('静默中')
    await button('立即结束').click()
    await expect.poll(() => text('.story-panel .badge'), PATIENT).toBe('已结束')
  })

  test('the policy by which people are told is read, and changed; what is wrong is said at its field', async () => {
    await page.getByRole('button', { name: '策略', exact: true }).click()
    await expect.poll(() => text('.story-panel .muted'), PATIENT).toContain('平台自带')
    expect(await text('.policy-table')).toMatch(/较大[\s\S]*每 4 小时/)
    await button('修改').click()
    await page.getByLabel('较大 提醒间隔', { exact: true }).fill('10')
    await page.getByLabel('较大 提醒间隔 单位').selectOption('秒')
    await page.getByLabel('添加 重大 逐级上报').click()
    await page.getByLabel('重大 逐级上报 1 角色或小组', { exact: true }).fill('shift-leader')
    await button('保存策略').click()
    await expect.poll(() => text('.policy-table .refusal'), PATIENT).toMatch(/10 秒 不在.* 1 分钟 … 30 天/)
    const focused = () => page.evaluate('document.activeElement?.getAttribute("aria-label")')
    expect(await focused()).toBe('较大 提醒间隔')
    await page.getByLabel('较大 提醒间隔 单位').selectOption('小时')
    await button('保存策略').click()
    await expect.poll(() => text('.story-panel .muted'), PATIENT).toMatch(/第 1 版 · admin/)
    expect(await text('.policy-table')).toMatch(/重大[\s\S]*30 分钟后通知 shift-leader[\s\S]*每 10 小时/)
  })

  test('on a phone a list leads to its alarm and back, in English as well', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: 'English' }).click()
    await open('Alarms')
    await page.getByRole('button', { name: 'Back' }).click()
    expect(await page.locator('.content').isVisible()).toBe(false)
    await page.locator('.alarm-row').first().click()
    await expect.poll(() => text('.transitions'), PATIENT).toContain('above the threshold 75 µg/m³')
    await page.goBack()
    await expect.poll(() => page.locator('.alarm-row').first().isVisible(), PATIENT).toBe(true)
    const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    expect(wide).toBe(false)
  })

  test('made no mistake that the browser saw', () => {
    expect(troubles).toEqual([])
  })
})
