import { stripVTControlCharacters } from 'node:util'

import { clip } from './text-width.ts'

export interface Progress extends Disposable {
  /** Shows a piece of work while it lasts, and how long it took. `note` says what it is at. */
  step<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>
}

type Terminal = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number }

interface Step {
  readonly title: string
  readonly startedAt: number
  state: 'running' | 'done' | 'failed'
  endedAt?: number
  note: string
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 80
const MARK = { done: '✓', failed: '✗' } as const

/** A list that is redrawn in place on a terminal; elsewhere a line for each step that ends and each note. */
export function showProgress(out: Terminal, now: () => number = () => performance.now()): Progress {
  return out.isTTY ? liveProgress(out, now) : plainProgress(out, now)
}

function plainProgress(out: Terminal, now: () => number): Progress {
  return {
    async step(title, work) {
      const step = newStep(title, now())
      return await run(step, work, now, (event) => {
        if (event === 'note') out.write(`  ${title}: ${step.note}\n`)
        else out.write(`${MARK[event]} ${title} ${elapsed(step, now())}\n`)
      })
    },
    [Symbol.dispose]() {},
  }
}

function liveProgress(out: Terminal, now: () => number): Progress {
  const steps: Step[] = []
  let drawn = 0

  function draw(): void {
    // A line that wraps would spoil the redrawing.
    const lines = steps.map((step) => clip(stripVTControlCharacters(lineOf(step, now())), columnsOf(out) - 1))
    const up = drawn > 0 ? `\u001B[${drawn}A` : ''
    out.write(up + lines.map((line) => `\u001B[2K${line}\n`).join(''))
    drawn = lines.length
  }

  const ticker = setInterval(draw, FRAME_MS)
  ticker.unref()
  return {
    async step(title, work) {
      const step = newStep(title, now())
      steps.push(step)
      return await run(step, work, now, draw)
    },
    [Symbol.dispose]() {
      clearInterval(ticker)
      draw()
    },
  }
}

/** A terminal that doesn't know its size says 0. */
function columnsOf({ columns }: Terminal): number {
  return columns || 80
}

function newStep(title: string, startedAt: number): Step {
  return { title, startedAt, state: 'running', note: '' }
}

async function run<T>(
  step: Step,
  work: (note: (text: string) => void) => Promise<T>,
  now: () => number,
  changed: (event: 'note' | 'done' | 'failed') => void,
): Promise<T> {
  const end = (state: 'done' | 'failed') => {
    Object.assign(step, { state, endedAt: now(), note: '' })
    changed(state)
  }
  try {
    const result = await work((text) => {
      step.note = text
      changed('note')
    })
    end('done')
    return result
  } catch (error) {
    end('failed')
    throw error
  }
}

function lineOf(step: Step, now: number): string {
  const frame = SPINNER[Math.floor(now / FRAME_MS) % SPINNER.length] ?? ''
  const mark = step.state === 'running' ? frame : MARK[step.state]
  return `${mark} ${step.title}  ${elapsed(step, now)}  ${step.note}`
}

function elapsed(step: Step, now: number): string {
  return `${(((step.endedAt ?? now) - step.startedAt) / 1000).toFixed(1)} s`
}
