import { openDirectoryStore } from './directory-store.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { openS3Store } from './s3-store.ts'

/** `s3+http(s)://key:secret@endpoint/bucket/prefix?region=name`, else a directory. */
export async function openEvidenceStore(where: string): Promise<EvidenceStore> {
  if (!/^s3\+https?:/.test(where)) return openDirectoryStore(where)
  const url = new URL(where.slice('s3+'.length))
  return openS3Store({
    base: `${url.origin}${url.pathname.replace(/\/$/, '')}`,
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
    region: url.searchParams.get('region') ?? 'us-east-1',
  })
}
