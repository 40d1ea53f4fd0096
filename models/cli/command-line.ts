import { errorDocument, isGanzhiError } from '@ganzhi/contracts/error'
import { badUse, type ExitCode, type ModelCall } from './command.ts'
import { MODEL_COMMANDS } from './commands.ts'
import { errorText } from './error-text.ts'

const USAGE = `ganzhi model: 检测模型与时序异常模型，直到签名的模型包 detectors and anomaly models, up to a signed package

${Object.entries(MODEL_COMMANDS)
  .map(([name, { summary }]) => `  ganzhi model ${name.padEnd(13)} ${summary}`)
  .join('\n')}

  ganzhi model <命令 command> --help    用法与例子 its options, with examples

自己的 YOLO 模型三步上手 your own YOLO export in three steps:
  ganzhi model inspect best.onnx --yaml > card.yaml    得到模型卡，补全标注处 a card; fill in what is marked
  ganzhi model detect . photo.jpg                      试一张图 try it
  ganzhi model pack . && ganzhi model sign . --key model-signing.key

每个命令都可加 --json：标准输出恰好一个 JSON 文档。 With --json stdout is exactly one JSON document.
退出码 exit code: 0 成功 ok, 1 失败 failed, 2 用法错误 bad use`

/** `ganzhi model …`: resolves with the exit code. */
export async function modelCommandLine(args: readonly string[], call: ModelCall): Promise<ExitCode> {
  const { terminal, signal } = call
  const [name, ...rest] = args
  try {
    if (name === undefined) throw badUse('没有给出命令 no command given')
    if (name === '--help' || name === '-h') {
      terminal.out(USAGE)
      return 0
    }
    const listed = Object.hasOwn(MODEL_COMMANDS, name) ? MODEL_COMMANDS[name] : undefined
    if (!listed)
      throw badUse(`没有命令 there is no command ${name}: ${Object.keys(MODEL_COMMANDS).join(', ')}`)
    const command = await listed.load()
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.out(command.help.trim())
      return 0
    }
    return await command.run(rest, call)
  } catch (error) {
    if (signal.aborted && !isGanzhiError(error)) {
      terminal.err('已停止 stopped')
      return 1
    }
    if (args.includes('--json')) terminal.out(JSON.stringify({ error: errorDocument(error) }))
    else terminal.err(errorText(error))
    return isGanzhiError(error) && error.blame === 'caller' ? 2 : 1
  }
}
