/** A physical line by what is plugged in where, not by its name: behind another address may be other devices. */
export function lineKey(driver: string, connection: object): string {
  const fields = Object.entries(connection).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${driver} ${JSON.stringify(fields)}`
}
