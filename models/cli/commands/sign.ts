import { createPublicKey } from 'node:crypto'
import { readPrivateKey } from '../../package/key-file.ts'
import { keyId } from '../../package/keys.ts'
import { sign } from '../../package/pack.ts'
import { badUse, modelCommand, only } from '../command.ts'
import { packageDocument, packageText } from '../package-text.ts'

export const signModel = modelCommand({
  help: `
ganzhi model sign <folder> --key <file> [--json]
给打好的包签名；打包之后改动过的不签
signs what was packed; what has changed since is not signed

  --key model-signing.key    私钥 the private key, from ganzhi model keygen

例 example: ganzhi model sign garbage/ --key model-signing.key
`,
  options: { key: { type: 'string' } },
  async run({ key, json }, { terminal, positionals }) {
    const dir = only(positionals, '<folder>')
    if (key === undefined) throw badUse('缺少 --key is missing')
    const privateKey = await readPrivateKey(key)
    const signed = { ...(await sign(dir, privateKey)), signedBy: keyId(createPublicKey(privateKey)) }
    terminal.out(json ? JSON.stringify(packageDocument(signed)) : packageText(signed))
    return 0
  },
})
