import { accessSync, constants } from 'node:fs'
import { findNatsServer } from '@ganzhi/deploy/stack/nats'
import { type Browser, chromium, type Page } from 'playwright-core'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['CHROMIUM']
  return (named ? [named] : USUAL_PLACES).find(isExecutable)
}

/** Why the console can't be tested here; nothing where it can. */
export function missingPrograms(): string[] {
  const missing = [
    ...(findChromium() ? [] : ['Chromium (apt-get install chromium, or name it in CHROMIUM)']),
    ...(findNatsServer() ? [] : ['nats-server (apt-get install nats-server, or name it in NATS_SERVER)']),
  ]
  if (missing.length > 0)
    console.warn(`The console is not tested in a browser: ${missing.join(' and ')} missing.`)
  return missing
}

/** Pixels of the chart that bear a colour of the page, and so are neither empty nor a grid line. */
export function inkOnChart(page: Page, colour: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('.curve canvas')
    if (!canvas) return 0
    const ink = getComputedStyle(canvas).getPropertyValue('${colour}').trim().slice(1)
    const [r, g, b] = [0, 2, 4].map((i) => parseInt(ink.slice(i, i + 2), 16))
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    let found = 0
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i] === r && pixels[i + 1] === g && pixels[i + 2] === b && pixels[i + 3] === 255) found += 1
    }
    return found
  })()`)
}

/** A machine that is busy with something else is slow, not wrong. */
export const PATIENT = { timeout: 20_000, interval: 50 }

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? '', args: FLAGS })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
