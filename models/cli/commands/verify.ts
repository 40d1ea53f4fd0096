import { readPublicKeys } from '../../package/key-file.ts'
import { loadPackage } from '../../package/load-package.ts'
import { prove } from '../../package/prove.ts'
import { badUse, modelCommand, only } from '../command.ts'
import { ALL_THREADS } from '../open-model.ts'
import { packageDocument, packageText } from '../package-text.ts'

export const verifyModel = modelCommand({
  help: `
ganzhi model verify <package> --trust <file.pub> [--trust …] [--json]
网关会不会接受这个包：签名、每个文件、卡与权重相符、能加载并跑一次
whether a gateway would take it: signature, every file, a card that fits the weights, and that it loads and runs

  --trust model-signing.pub    受信任的公钥，可多次 a trusted public key; more than once if need be

例 example: ganzhi model verify garbage/ --trust model-signing.pub
`,
  options: { trust: { type: 'string', multiple: true } },
  async run({ trust, json }, { terminal, positionals }) {
    const dir = only(positionals, '<package>')
    if (trust === undefined) throw badUse('缺少 --trust is missing')
    const model = await loadPackage(dir, { trustedKeys: await readPublicKeys(trust) })
    await prove(model, { threads: ALL_THREADS })
    terminal.out(
      json ? JSON.stringify(packageDocument(model)) : `${packageText(model)}\n  ✓ 可以使用 may be used`,
    )
    return 0
  },
})
