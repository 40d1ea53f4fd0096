import { GanzhiError } from '@ganzhi/contracts/error'
import { writeFile } from 'node:fs/promises'
import { makeKeyPair } from '../../package/keys.ts'
import { badUse, modelCommand } from '../command.ts'

export const keygen = modelCommand({
  help: `
ganzhi model keygen [--out <name>] [--json]
生成一对 ed25519 密钥：<name>.key 用来签名，务必保密；<name>.pub 交给网关，放进受信任的密钥
makes a pair of ed25519 keys: <name>.key signs, and stays secret; <name>.pub goes to the gateways, which trust it

  --out model-signing      文件名 the name of the files; 已有的不会覆盖 what is there is not written over
`,
  options: { out: { type: 'string' } },
  async run({ out = 'model-signing', json }, { terminal, positionals }) {
    if (positionals.length > 0) throw badUse(`多余的参数 unexpected ${positionals.join(' ')}`)
    const pair = makeKeyPair()
    const privateKey = `${out}.key`
    const publicKey = `${out}.pub`
    await writeNew(privateKey, pair.privateKey, 0o600)
    await writeNew(publicKey, pair.publicKey, 0o644)
    const document = { key: pair.id, privateKey, publicKey }
    terminal.out(
      json
        ? JSON.stringify(document)
        : `密钥 key ${pair.id}\n  ${privateKey}  保密 keep it secret\n  ${publicKey}  交给网关 for the gateways`,
    )
    return 0
  },
})

async function writeNew(file: string, text: string, mode: number): Promise<void> {
  await writeFile(file, text, { mode, flag: 'wx' }).catch((cause: unknown) => {
    throw new GanzhiError(`${file}: 写不了 can not be written`, {
      code: 'bad-key',
      blame: 'caller',
      field: 'out',
      remedy: '已有的密钥不会覆盖：换个名字。 A key that is there is not written over: choose another name.',
      cause,
    })
  })
}
