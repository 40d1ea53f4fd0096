import type { LabOptions } from './lab/lab.ts'

/** Mistakes that the parts make on request, and the scenario in which each of them must show. */
export const DEFECTS = {
  'delete-on-puback': { part: 'edge', plant: 'delete-on-puback', shownBy: 'broker-wiped' },
  'seq-reused': { part: 'edge', plant: 'reuse-seq', shownBy: 'ingest-killed-at-each-step' },
  'stale-receipts': { part: 'edge', plant: 'never-rewind', shownBy: 'database-restored' },
  'never-resent': { part: 'edge', plant: 'never-resend', shownBy: 'broker-wiped' },
  'no-ledger': { part: 'ingest', plant: 'no-ledger', shownBy: 'ingest-killed-at-each-step' },
  'ack-before-commit': { part: 'ingest', plant: 'ack-before-commit', shownBy: 'ingest-killed-at-each-step' },
} as const
export type Defect = keyof typeof DEFECTS

export function isDefect(name: string): name is Defect {
  return Object.hasOwn(DEFECTS, name)
}

export function defectEnv(defect: Defect | undefined, setup: LabOptions = {}): LabOptions {
  if (!defect) return {}
  const { part, plant } = DEFECTS[defect]
  const env = { GANZHI_DEFECT: plant }
  return part === 'edge'
    ? { edgeEnv: { ...setup.edgeEnv, ...env } }
    : { ingestEnv: { ...setup.ingestEnv, ...env } }
}
