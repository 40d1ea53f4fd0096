import type { LabOptions } from './lab/lab.ts'

interface Planting {
  /** What each part is told to do wrong. */
  readonly edge?: string
  readonly ingest?: string
  /** The scenario that must show it. */
  readonly shownBy: string
}

/** Mistakes that the parts make on request. */
export const DEFECTS = {
  'delete-on-puback': { edge: 'delete-on-puback', shownBy: 'broker-wiped' },
  'seq-reused': { edge: 'reuse-seq', shownBy: 'broker-wiped' },
  'stale-receipts': { edge: 'never-rewind', shownBy: 'database-restored' },
  'never-resent': { edge: 'never-resend', shownBy: 'broker-wiped' },
  'no-ledger': { ingest: 'no-ledger', shownBy: 'ingest-killed-at-each-step' },
  // Gateways that send again until they have a receipt make up for it: it takes both to lose something.
  'ack-before-commit': {
    edge: 'never-resend',
    ingest: 'ack-before-commit',
    shownBy: 'ingest-killed-at-each-step',
  },
} as const satisfies Record<string, Planting>
export type Defect = keyof typeof DEFECTS

export function isDefect(name: string): name is Defect {
  return Object.hasOwn(DEFECTS, name)
}

export function withDefect(setup: LabOptions, defect: Defect | undefined): LabOptions {
  if (!defect) return setup
  const { edge, ingest }: Planting = DEFECTS[defect]
  return {
    ...setup,
    ...(edge && { edgeEnv: { ...setup.edgeEnv, GANZHI_DEFECT: edge } }),
    ...(ingest && { ingestEnv: { ...setup.ingestEnv, GANZHI_DEFECT: ingest } }),
  }
}
