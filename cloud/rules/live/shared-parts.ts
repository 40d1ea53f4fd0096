import type { Placement } from '@ganzhi/contracts/placement'

const NO_TAGS: string[] = []
const NO_ATTRIBUTES: Record<string, number> = {}

/** A city has devices by the million that are much alike: what is the same of many is held once. */
export class SharedParts {
  readonly #properties = new Map<string, ReadonlySet<string>>()
  readonly #paths = new Map<string, string[]>()

  properties(names: readonly string[]): ReadonlySet<string> {
    const key = names.join('\n')
    let known = this.#properties.get(key)
    if (!known) this.#properties.set(key, (known = new Set(names)))
    return known
  }

  placement(placement: Placement): Placement {
    const { path, tags, attributes } = placement
    return {
      ...placement,
      path: this.#path(path),
      tags: tags.length === 0 ? NO_TAGS : tags,
      attributes: Object.keys(attributes).length === 0 ? NO_ATTRIBUTES : attributes,
    }
  }

  #path(path: string[]): string[] {
    const key = path.join('/')
    let known = this.#paths.get(key)
    if (!known) this.#paths.set(key, (known = path))
    return known
  }
}
