import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { GanzhiError } from '@ganzhi/contracts/error'

/**
 * A Linux abstract socket named after the directory's device and inode: it vanishes with its process however that
 * ends, so it never goes stale, and no symlink or bind mount leads around it. Processes in different network
 * namespaces don't see each other's; that they write under two epochs is then for the cloud to notice.
 */
export async function lockDirectory(dir: string): Promise<AsyncDisposable> {
  const { dev, ino } = await stat(dir, { bigint: true })
  const server = createServer((connection) => connection.destroy())
  server.listen(`\0ganzhi-outbox-${dev}-${ino}`)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new GanzhiError(`outbox ${dir} is open in another process`, {
      code: 'outbox-locked',
      blame: 'caller',
      remedy: 'Stop the other ganzhi-edge of this gateway, or give this one a directory of its own.',
      retryable: true,
      cause,
    })
  }
  server.unref()
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
