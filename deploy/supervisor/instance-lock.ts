import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'

import { StackError } from '../stack/stack-error.ts'

export interface InstanceLock extends AsyncDisposable {
  /** What others are told who ask who holds the directory. */
  announce(url: string): void
}

export interface Instance {
  readonly pid: number
  readonly url?: string
}

/**
 * One stack a directory. The lock is a socket in the kernel's abstract namespace: it has no file, so it is gone
 * with its process however that ends. Named by inode, it is the same through links and bind mounts.
 */
export async function lockInstance(home: string): Promise<InstanceLock> {
  const instance: { pid: number; url?: string } = { pid: process.pid }
  const server = createServer((asker) => {
    asker.on('error', () => {})
    asker.end(JSON.stringify(instance))
  })
  try {
    server.listen(await socketName(home))
    await once(server, 'listening')
  } catch (cause) {
    const other = await findInstance(home)
    throw new StackError(
      {
        en: `Already running (process ${other?.pid ?? 'unknown'}${other?.url ? `, ${other.url}` : ''}): stop it there with Ctrl-C.`,
        zh: '本目录的平台已在运行。',
      },
      { cause },
    )
  }
  server.unref()
  return {
    announce(url) {
      instance.url = url
    },
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}

export async function findInstance(home: string): Promise<Instance | undefined> {
  try {
    const socket = connect(await socketName(home))
    const instance: Instance = JSON.parse(await text(socket))
    return instance
  } catch {
    return undefined
  }
}

async function socketName(home: string): Promise<string> {
  const { dev, ino } = await stat(home)
  return `\0ganzhi-${dev}-${ino}`
}
