import type { DownLink } from '@ganzhi/contracts/status'
import type { Report } from './reach.ts'

/** Nothing was heard over a link from `from` until `until`; without `until`, still. */
export interface LinkUnreached {
  readonly link: string
  readonly from: number
  readonly until?: number
  /** Behind it. */
  readonly devices: readonly string[]
}

/**
 * What has become of links by what their gateway says: spans that end, then such as begin. What was judged up to `judgedTo` can not be
 * taken back.
 */
export function followLinks(
  open: readonly LinkUnreached[],
  { links, saidAt, arrivedAt, dies }: Pick<Report, 'links' | 'saidAt' | 'arrivedAt' | 'dies'>,
  judgedTo: number,
): LinkUnreached[] {
  if (dies || !links) return []
  const isSame = (span: LinkUnreached, { link, devices }: DownLink): boolean =>
    span.link === link && span.devices.join() === devices.join()
  const ended = open
    .filter((span) => !links.some((link) => isSame(span, link)))
    .map((span) => ({
      ...span,
      until: Math.max(Math.min(saidAt, arrivedAt), judgedTo + 1, span.from + 1),
    }))
  const begun = links
    .filter((link) => !open.some((span) => isSame(span, link)))
    .map(({ link, since, devices }) => {
      const before = ended.find((span) => span.link === link)?.until ?? -Infinity
      return { link, from: Math.max(Math.min(since, arrivedAt), judgedTo + 1, before), devices }
    })
  return [...ended, ...begun]
}
