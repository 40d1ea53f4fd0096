import type { Indicator } from '@ganzhi/contracts/indicator'
import type { Reading } from '@ganzhi/contracts/reading'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inkOnChart, missingPrograms, openBrowser, PATIENT } from './browser.ts'
import { type Platform, startPlatform } from './platform.ts'
import { openSendingGateway, type SendingGateway } from './sending-gateway.ts'

const missing = missingPrograms()

const HOUR_MS = 3_600_000
/** A day of the platform begins at midnight in Shanghai. */
const dayOf = (at: number) => Math.floor((at + 8 * HOUR_MS) / (24 * HOUR_MS))
const hourOf = (at: number) => new Date(at + 8 * HOUR_MS).getUTCHours()
/** They are computed once a minute, when their roll-ups are done. */
const COMPUTED = { timeout: 180_000, interval: 500 }

const AREAS = [
  { id: 'demo', level: 'city', names: { zh: '示范市', en: 'Demo City' } },
  { id: 'academy', level: 'street', parent: 'demo', names: { zh: '学院街道', en: 'Academy Street' } },
  { id: 'riverside', level: 'street', parent: 'demo', names: { zh: '河滨街道', en: 'Riverside' } },
] as const

const shared = { period: 'day', device: 'mean', area: 'mean' } as const
const INDICATORS: readonly Indicator[] = [
  {
    ...shared,
    id: 'dust-day',
    names: { zh: '扬尘日均', en: 'Dust of a day' },
    group: '重点 watched',
    source: '60 and 120: of this test',
    unit: 'ug/m3',
    better: 'lower',
    amber: { above: 60 },
    red: { above: 120 },
    of: { property: 'pm25' },
  },
  {
    ...shared,
    id: 'noise-day',
    names: { zh: '噪声日均', en: 'Noise of a day' },
    group: '噪声 noise',
    unit: 'dB[SPL]',
    better: 'lower',
    amber: { above: 60 },
    of: { property: 'noise' },
  },
]

describe.skipIf(missing.length > 0)('indicators in a browser', () => {
  let stack: AsyncDisposableStack
  let platform: Platform
  let gateway: SendingGateway
  let browser: Browser
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    stack = new AsyncDisposableStack()
    platform = stack.use(await startPlatform())
    const points = [
      { device: 'air-1', property: 'pm25', type: 'float', decimals: 1 },
      { device: 'air-2', property: 'pm25', type: 'float', decimals: 1 },
      { device: 'air-2', property: 'noise', type: 'float', decimals: 1 },
    ] as const
    gateway = stack.use(await openSendingGateway(platform.natsUrl, 'cabinet-1', { points: [...points] }))
    browser = await openBrowser()
    stack.defer(() => browser.close())
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
    page.on('pageerror', (error) => troubles.push(error.message))
    await page.goto(platform.url)
    await page.getByLabel('密码').fill(platform.login.password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.locator('.devices').waitFor()
  })
  afterAll(() => stack?.disposeAsync())

  /** Dust rises at air-1; air-2 is the same each day, and was silent four days ago; of yesterday's noise there is too little. */
  function week(now: number): Reading[] {
    const today = dayOf(now)
    const begin = Math.floor(now / HOUR_MS) - 8 * 24
    return Array.from({ length: 8 * 24 }, (_, i) => (begin + i) * HOUR_MS).flatMap((at) => {
      const ago = today - dayOf(at)
      const good = (slot: number, value: number) => ({ slot, at, quality: 'good', value }) as const
      return [
        good(0, ago <= 1 ? 140 : 100),
        ...(ago === 4 ? [] : [good(1, 40)]),
        ...(ago === 1 && hourOf(at) >= 5 ? [] : [good(2, 50)]),
      ]
    })
  }

  const post = (path: string, body: object) =>
    page.evaluate<number>(`fetch('/api/v1${path}', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body))} }).then(({ status }) => status)`)
  const text = (selector: string) => page.locator(selector).first().innerText()
  const row = (name: string) => page.locator('.indicator-row', { hasText: name })
  const open = (name: string) =>
    page
      .getByRole('navigation', { name: /页面|Pages/ })
      .getByRole('button', { name })
      .click()

  test('say what would be there, where there are no areas, and no indicators', async () => {
    await open('指标')
    await expect.poll(() => text('.areas'), PATIENT).toContain('还没有区域')
    expect(await post('/areas', { areas: AREAS })).toBe(200)
    await page.reload()
    await expect.poll(() => text('.listing-body'), PATIENT).toContain('这个区域没有这一周期的指标')
  })

  test('those that need a look stand first, and what is missing is said to be', async () => {
    await gateway.send(week(Date.now()))
    const devices = [
      { gateway: 'cabinet-1', device: 'air-1', area: 'academy' },
      { gateway: 'cabinet-1', device: 'air-2', area: 'riverside' },
    ]
    await expect.poll(() => post('/placements', { devices }), PATIENT).toBe(200)
    expect(await post('/indicators', { indicators: INDICATORS })).toBe(200)
    const listed = async () => {
      await page.reload()
      await page.locator('.indicator-row, .listing-body .notice').first().waitFor()
      return page.locator('.indicator-row').allInnerTexts()
    }
    await expect
      .poll(listed, COMPUTED)
      .toEqual([
        expect.stringMatching(/^扬尘日均\s*90 µg\/m³ · \+29 %\s*黄$/),
        expect.stringMatching(/^噪声日均\s*缺测\s*缺测$/),
      ])
  }, 200_000)

  test('one is compared with what it was, and says how much of it was there', async () => {
    await expect.poll(() => text('.story-panel h1'), PATIENT).toContain('扬尘日均')
    expect(await text('.story-panel .amount')).toContain('90')
    expect(await text('.facts')).toMatch(/环比[\s\S]*\+29 %\s*当时 70 µg\/m³/)
    expect(await text('.facts')).toContain('2 / 2 台')
    await expect.poll(() => inkOnChart(page, '--accent'), PATIENT).toBeGreaterThan(20)
    const keys = async () => {
      await page.reload()
      await page.locator('.chart-foot .key').first().waitFor()
      return text('.chart-foot')
    }
    await expect.poll(keys, COMPUTED).toMatch(/阈值\s*缺测/)
    expect(await page.locator('.story-panel').innerText()).toContain('60 and 120: of this test')
    await row('噪声日均').click()
    await expect.poll(() => text('.story-panel .remark'), PATIENT).toContain('应报的 1 台设备中，只有 0 台')
    await row('扬尘日均').click()
  }, 200_000)

  test('the areas below stand beside each other, the worst first, and lead to their own', async () => {
    await expect
      .poll(() => page.locator('.areas-below li').allInnerTexts(), PATIENT)
      .toEqual([
        expect.stringMatching(/^学院街道\s*140 µg\/m³\s*红/),
        expect.stringMatching(/^河滨街道\s*40 µg\/m³\s*绿/),
      ])
    await page.locator('.areas-below button').first().click()
    await expect.poll(() => text('.story-panel .device-head'), PATIENT).toMatch(/红[\s\S]*学院街道/)
    expect(await page.locator('.area-tree [aria-selected=true]').innerText()).toContain('学院街道')
  })

  test('the tree is led by the arrow keys', async () => {
    const chosen = () => page.locator('.area-tree [aria-selected=true] > .area-row').innerText()
    await page.getByRole('tree').focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(chosen, PATIENT).toContain('河滨街道')
    await page.keyboard.press('ArrowRight')
    const opens = () => page.locator('.area-tree [aria-selected=true]').getAttribute('aria-expanded')
    await expect.poll(opens, PATIENT).toBe(null)
    expect(await chosen()).toBe('河滨街道\n街道')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(chosen, PATIENT).toContain('示范市')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.getByRole('treeitem').count(), PATIENT).toBe(1)
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.getByRole('treeitem').count(), PATIENT).toBe(3)
  })

  test('those of one standing may be shown alone', async () => {
    await page.locator('.severities').getByRole('button', { name: '缺测 1' }).click()
    await expect.poll(() => page.locator('.indicator-row').count(), PATIENT).toBe(1)
    expect(await row('噪声日均').count()).toBe(1)
    await page.locator('.severities').getByRole('button', { name: '红 0' }).click()
    await expect.poll(() => text('.listing-body'), PATIENT).toContain('没有这种状况的指标')
    await page.locator('.severities').getByRole('button', { name: '红 0' }).click()
  })

  test('on a phone the list leads to one and back, in English as well', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Back' }).click()
    expect(await page.locator('.content').isVisible()).toBe(false)
    await row('Dust of a day').click()
    await expect.poll(() => text('.story-panel .device-head'), PATIENT).toContain('Demo City')
    expect(await text('.facts')).toContain('2 of 2')
    const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    expect(wide).toBe(false)
  })

  test('made no mistake that the browser saw', () => {
    expect(troubles).toEqual([])
  })
})
