import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the kernel's ephemeral range (32768 and up): an outgoing connection can't take the port
// between this answer and its use.
const LOWEST = 20_000
const BEYOND = 32_000
const ATTEMPTS = 100

export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A TCP port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, BEYOND)
    if (await isPortFree(port)) return port
  }
  throw new Error(`No free port between ${LOWEST} and ${BEYOND} in ${ATTEMPTS} attempts`)
}
