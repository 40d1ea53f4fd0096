import { mkdirSync, writeFileSync } from 'node:fs'
import { contractDocuments } from './contract-documents.ts'

const folder = new URL('../docs/contracts/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const { file, text } of contractDocuments()) writeFileSync(new URL(file, folder), text)
console.log(`${contractDocuments().length} schemas written to docs/contracts/`)
