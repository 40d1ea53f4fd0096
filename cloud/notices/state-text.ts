import type { Digest } from './digest.ts'
import type { Episode } from './episode.ts'
import type { Gates } from './group.ts'

/** What is remembered, as it is kept; only the step reads it. When an episode is due is found anew. */

export function episodeText(episode: Episode): string {
  return JSON.stringify({ ...episode, due: undefined })
}

export function episodeFrom(text: string): Episode {
  return { ...(JSON.parse(text) as Omit<Episode, 'due'>), due: 0 }
}

export function gatheringText({
  gates,
  digest,
}: {
  readonly gates: Gates
  readonly digest: Digest | null
}): string {
  return JSON.stringify({ gates: [...gates], digest: digest && { ...digest, parts: [...digest.parts] } })
}

export function gatheringFrom(text: string): { gates: Gates; digest: Digest | null } {
  const { gates, digest } = JSON.parse(text) as {
    gates: [string, number][]
    digest: (Omit<Digest, 'parts'> & { parts: [string, Parts][] }) | null
  }
  return { gates: new Map(gates), digest: digest && { ...digest, parts: new Map(digest.parts) } }
}

type Parts = Digest['parts'] extends ReadonlyMap<string, infer Part> ? Part : never
