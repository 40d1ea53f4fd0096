/** By this name, which no device has, a gateway itself stands among its devices. */
export const ITSELF = ''

const LINK = '@'

/** By such a name, which no device has either, a link stands among them. */
export function nameOfLink(link: string): string {
  return `${LINK}${link}`
}

/** The link's id; undefined where it is none. */
export function linkOf(name: string): string | undefined {
  return name.startsWith(LINK) ? name.slice(LINK.length) : undefined
}
