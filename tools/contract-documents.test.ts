import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { contractDocuments } from './contract-documents.ts'

it.each(contractDocuments())(
  'docs/contracts/$file says what the code checks (else: npm run contracts)',
  ({ file, text }) => {
    expect(readFileSync(new URL(`../docs/contracts/${file}`, import.meta.url), 'utf8')).toBe(text)
  },
)
