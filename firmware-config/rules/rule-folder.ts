import { join } from 'node:path'
import type { Rule } from '@ganzhi/contracts/rule'
import { loadYamlFolder } from '../yaml-folder.ts'
import { loadRule } from './rule-file.ts'

/** The rules that come with the platform. */
export const READY_RULES = join(import.meta.dirname, 'ready')

export function loadRules(folder = READY_RULES): Promise<ReadonlyMap<string, Rule>> {
  return loadYamlFolder(folder, (yaml, name) => loadRule(yaml, name))
}
