import { GanzhiError } from '@ganzhi/contracts/error'

/** What is made of a file that somebody named; that there is none is told by its name. */
export async function legibly<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    throw new GanzhiError(`${file}: 读不出 can not be read`, {
      code: 'unreadable-file',
      blame: 'caller',
      field: file,
      remedy: '请核对路径与权限。 Check the path and its permissions.',
      cause,
    })
  }
}
