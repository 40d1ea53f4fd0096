/** The first fit for production in each line: before them acknowledged messages were lost (Jepsen, December 2025). */
const FLOORS = [
  [2, 12, 15],
  [2, 14, 5],
] as const

export function isProductionServer(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  const floor = FLOORS.find((known) => known[0] === major && known[1] === minor)
  if (floor) return patch >= floor[2]
  const [, newest] = FLOORS
  return major > newest[0] || (major === newest[0] && minor > newest[1])
}
