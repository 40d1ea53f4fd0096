import { agentsCamera } from '../../installer/camera/camera-of-agent.ts'
import { serveLive } from '../../installer/camera/live-server.ts'
import { command, needed, only, wholeNumber } from '../command.ts'

const LOOPBACK = '127.0.0.1'

export const cameraLive = command({
  help: `
ganzhi-edge camera live <id> --config <gateway.yaml> [--port 0] [--host 127.0.0.1] [--json]
在浏览器里看运行中的代理看到了什么：检测框、编号、分数、状态；Ctrl-C 结束
shows in a browser what the running agent sees: boxes, ids, scores, state; ends with Ctrl-C

  <id>                     配置中的摄像机 a camera of the configuration
  --port 0                 端口，0 为任一空闲 port, 0 for any that is free
  --host 127.0.0.1         监听地址；换成别的，拿到网址的人都能看，且不加密
                           another one, and whoever has the address can look, unencrypted

例 example:
  ganzhi-edge camera live gate --config gateway.yaml
`,
  positionals: '<id>',
  options: { config: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' } },
  async run({ config, port, host = LOOPBACK, json }, { positionals, terminal, signal }) {
    const id = only(positionals, '摄像机 camera')
    const { picture } = await agentsCamera(needed(config, 'config'), id)
    const options = { camera: id, picture, host, port: wholeNumber(port ?? '0', 'port', [0, 65_535]), signal }
    // What is wrong is said here and not in a browser.
    await picture(signal)
    await using server = await serveLive(options)
    if (host !== LOOPBACK) {
      terminal.err(
        '拿到网址的人都能看，且不加密。 Whoever has the address can look, and it is not encrypted.',
      )
    }
    terminal.out(json ? JSON.stringify({ url: server.url }) : server.url)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    return 0
  },
})
