import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Rule } from '@ganzhi/contracts/rule'
import { loadRule } from './rule-file.ts'

/** The rules that come with the platform. */
export const READY_RULES = join(import.meta.dirname, 'ready')

/** Every `<id>.yaml` of a folder, by id. */
export async function loadRules(folder = READY_RULES): Promise<ReadonlyMap<string, Rule>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  const rules = await Promise.all(files.map((file) => loadFile(folder, file)))
  return new Map(rules.map((rule) => [rule.id, rule]))
}

async function loadFile(folder: string, file: string): Promise<Rule> {
  const rule = loadRule(await readFile(join(folder, file), 'utf8'), file)
  if (`${rule.id}.yaml` === file) return rule
  throw new GanzhiError(`${file}: its id is ${rule.id}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'id',
    remedy: `Rename it to ${rule.id}.yaml, or correct its id.`,
  })
}
