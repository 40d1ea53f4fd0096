import { AREA_LEVELS, type AreaEntry, type AreaLevel } from '@ganzhi/contracts/area'
import type { Fault } from '@ganzhi/contracts/error'
import { codeStem } from './area-code.ts'
import { LEVEL_NAMES } from './level-names.ts'

/** An area without its border. */
export interface AreaNode {
  readonly token: string
  readonly level: AreaLevel
  readonly nameZh: string
  readonly nameEn: string | null
  readonly code: string | null
  readonly parent: string | null
}

export type AreaTree = ReadonlyMap<string, AreaNode>

export function nodeOf({ id, level, names, code, parent }: AreaEntry): AreaNode {
  return {
    token: id,
    level,
    nameZh: names.zh,
    nameEn: names.en ?? null,
    code: code ?? null,
    parent: parent ?? null,
  }
}

/** Tokens from the top, each with a slash behind it. Of a tree without faults. */
export function pathOf(tree: AreaTree, token: string): string {
  const { parent } = tree.get(token) as AreaNode
  return `${parent === null ? '' : pathOf(tree, parent)}${token}/`
}

/** Why `tree` can't be: it came of a tree without faults, of which `put` were changed or added. */
export function treeFaults(tree: AreaTree, put: readonly AreaNode[]): Fault[] {
  const indexes = new Map<string, number>()
  for (const [index, { token }] of put.entries()) if (!indexes.has(token)) indexes.set(token, index)
  const faults = new Map<number, Fault>()
  const blame = (token: string, field: string, message: string, remedy: string) => {
    const index = indexes.get(token)
    // One each: what is wrong with a parent would else be told again of everything below.
    if (index !== undefined && !faults.has(index)) faults.set(index, { index, field, message, remedy })
  }

  for (const [index, { token, parent }] of put.entries()) {
    if (indexes.get(token) !== index) {
      const remedy = '每个区域只写一次。 Name each area once.'
      faults.set(index, { index, field: 'id', message: `${token} 重复 stands there twice`, remedy })
    } else if (parent !== null && !tree.has(parent)) {
      const remedy = '先导入上级，或一并导入。 Import it first, or with them.'
      blame(token, 'parent', `没有区域 there is no area ${parent}`, remedy)
    } else if (liesWithin(tree, parent, token)) {
      const remedy = '换一个上级。 Choose another parent.'
      blame(token, 'parent', `${token} 将位于自身之内 would lie within itself`, remedy)
    }
  }
  // What follows walks up, and these would have no end.
  if (faults.size > 0) return inOrder(faults)

  const codes = new Map<string, string>()
  for (const node of tree.values()) {
    const { token, level, parent: above, code } = node
    const parent = above === null ? undefined : tree.get(above)
    if (parent && rank(parent.level) >= rank(level)) {
      const says = `${LEVEL_NAMES[level]} 不能位于 can't lie within ${LEVEL_NAMES[parent.level]} ${parent.token}`
      const remedy = `上级须更高 A parent is of a higher level: ${AREA_LEVELS.map((each) => LEVEL_NAMES[each]).join(' > ')}.`
      // Its own fault, or that of the parent which has changed its level.
      if (indexes.has(token)) blame(token, 'parent', says, remedy)
      else blame(parent.token, 'level', `${token}: ${says}`, remedy)
    }
    if (code === null) continue
    const other = codes.get(code)
    codes.set(code, token)
    if (other !== undefined) {
      const at = indexes.has(token) ? token : other
      const remedy = '代码不可重复。 Correct one of the two, or leave it out.'
      blame(at, 'code', `${code} 已属于 is that of ${at === token ? other : token}`, remedy)
    }
    const coded = nearestCoded(tree, node)
    if (coded && !code.startsWith(codeStem(coded.level, coded.code))) {
      const says = `${token}: ${code} 不属于 is not within ${coded.code} (${coded.token})`
      const remedy =
        '更正代码或上级；托管区域可不填代码。 Correct the code or the parent; leave the code out of an area that is run by another than its code says.'
      // That of the area which came between the two, where neither has changed.
      const at = upTo(tree, token, coded.token).find((each) => indexes.has(each))
      if (at !== undefined) blame(at, 'code', says, remedy)
    }
  }
  return inOrder(faults)
}

function rank(level: AreaLevel): number {
  return AREA_LEVELS.indexOf(level)
}

function inOrder(faults: ReadonlyMap<number, Fault>): Fault[] {
  return [...faults].sort(([a], [b]) => a - b).map(([, fault]) => fault)
}

/** Whether `above`, or something above it, is `token`. A loop further up is told of those that are in it. */
function liesWithin(tree: AreaTree, above: string | null, token: string): boolean {
  const seen = new Set<string>()
  for (let at = above; at !== null && !seen.has(at); at = tree.get(at)?.parent ?? null) {
    if (at === token) return true
    seen.add(at)
  }
  return false
}

function nearestCoded(tree: AreaTree, { parent }: AreaNode): (AreaNode & { code: string }) | undefined {
  for (let at = parent; at !== null;) {
    const node = tree.get(at) as AreaNode
    if (node.code !== null) return { ...node, code: node.code }
    at = node.parent
  }
  return undefined
}

/** From `token` up to `top`, both included. */
function upTo(tree: AreaTree, token: string, top: string): string[] {
  const { parent } = tree.get(token) as AreaNode
  return token === top || parent === null ? [token] : [token, ...upTo(tree, parent, top)]
}
