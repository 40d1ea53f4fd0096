import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { check } from '@ganzhi/contracts/schema'
import { Transition } from '@ganzhi/contracts/transition'

import { writeCase } from './cases/case-files.ts'
import type { RuleCase } from './cases/rule-case.ts'
import { partsText, type Told } from './told.ts'

const GANZHI = join(import.meta.dirname, '../../cloud/bin/ganzhi.mjs')

/** What `ganzhi rule backtest` tells of a case, run as a user runs it. */
export async function backtest(of: RuleCase, signal?: AbortSignal): Promise<Told[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-rules-'))
  try {
    const { rule, csv, events, attributes } = await writeCase(directory, of)
    const files = ['--csv', csv, '--events', events, '--attributes', attributes]
    const args = [GANZHI, 'rule', 'backtest', rule, ...files, '--json']
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      maxBuffer: 2 ** 28,
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      // With --json a refusal stands on stdout.
      const said = error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : ''
      throw new Error(`ganzhi rule backtest: ${said === '' ? String(error) : said}`, { cause: error })
    })
    const { transitions } = JSON.parse(stdout) as { transitions: unknown[] }
    return transitions.map((each) => toldOf(check(Transition, each, 'transition')))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** As far as it is compared. */
export function toldOf({ at, target, from, to, value, why }: Transition): Told {
  const { since, because, all, any } = why
  const parts = all ?? any
  const numbers = Object.entries(why).filter(([, of]) => typeof of === 'number')
  return {
    at: Date.parse(at),
    target,
    from,
    to,
    value,
    why: {
      ...Object.fromEntries(numbers),
      ...(typeof since === 'string' && { since: Date.parse(since) }),
      ...(typeof because === 'string' && { because }),
      ...(Array.isArray(parts) && { parts: partsText(parts.map(sinceOf)) }),
    },
  }
}

function sinceOf(part: { since?: string }): number | undefined {
  return part.since === undefined ? undefined : Date.parse(part.since)
}
