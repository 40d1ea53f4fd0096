import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/**
 * Which top folder may import which. The console stands for itself: it runs in browsers, not in the cloud's process.
 * `edge`, `cloud`, `bench` and `e2e` are in no list: what they do is asked of them as processes. A driver is no process;
 * its bench is its user. Nor is the rule engine, a pure function that knows nothing of the cloud around it.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  contracts: [],
  'device-drivers': ['contracts'],
  models: ['contracts'],
  'firmware-config': ['contracts'],
  simulators: ['contracts'],
  edge: ['contracts', 'device-drivers', 'models', 'firmware-config'],
  cloud: ['contracts', 'models', 'firmware-config', 'cloud/rules/engine'],
  'cloud/rules/engine': ['contracts'],
  'cloud/console': ['contracts'],
  deploy: ['tools'],
  bench: ['contracts', 'deploy', 'device-drivers', 'cloud/rules/engine'],
  e2e: ['contracts', 'deploy'],
  tools: ['contracts'],
}

/** Tests beside the source may start the real PostgreSQL and nats-server. */
const TESTS_MAY_ALSO_IMPORT = ['deploy']
/** Commands bring their own Node, by one launcher for all. */
const COMMANDS_MAY_ALSO_IMPORT = ['tools']

const IMPORT =
  /(?:^|\s)(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm

export interface Breach {
  readonly file: string
  readonly specifier: string
  readonly from: string
  readonly to: string
}

/** Rooms within rooms, with rules of their own. */
const INNER = ['cloud/console', 'cloud/rules/engine']

function roomOf(path: string): string {
  return INNER.find((room) => path.startsWith(`${room}/`)) ?? path.split('/')[0] ?? ''
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('@ganzhi/console')) return 'cloud/console'
  if (specifier.startsWith('@ganzhi/')) return specifier.split('/')[1]
  if (specifier.startsWith('.')) return roomOf(normalize(join(dirname(file), specifier)))
  return undefined
}

export function breachesIn(file: string, source: string): Breach[] {
  const from = roomOf(file)
  const allowed = MAY_IMPORT[from]
  if (!allowed) return []
  const also = /\.test\.tsx?$/.test(file)
    ? TESTS_MAY_ALSO_IMPORT
    : /\/bin\/[^/]+\.mjs$/.test(file)
      ? COMMANDS_MAY_ALSO_IMPORT
      : []
  return [...source.matchAll(IMPORT)].flatMap((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? ''
    const to = targetOf(file, specifier)
    const fine = to === undefined || to === from || allowed.includes(to) || also.includes(to)
    return fine ? [] : [{ file, specifier, from, to }]
  })
}

function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'], {
    encoding: 'utf8',
  })
  return listed.split('\n').filter((file) => file.includes('/') && file !== 'tools/layers.test.ts')
}

if (import.meta.main) {
  const files = sourceFiles()
  const breaches = files.flatMap((file) => breachesIn(file, readFileSync(file, 'utf8')))
  for (const { file, specifier, from, to } of breaches) {
    console.error(`${file}: imports ${specifier}, but ${from} may not import ${to}`)
  }
  const unknown = [...new Set(files.map(roomOf))].filter((room) => !(room in MAY_IMPORT))
  if (unknown.length > 0) console.error(`no layer is stated for: ${unknown.join(', ')}`)
  if (files.length === 0) console.error('the layer check saw no files')
  console.log(`layers: ${files.length} files, ${breaches.length} breaches`)
  process.exitCode = breaches.length > 0 || unknown.length > 0 || files.length === 0 ? 1 : 0
}
