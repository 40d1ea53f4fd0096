/** What people read, in both languages. */
export interface Said {
  readonly zh: string
  readonly en: string
}

export interface CameraFault {
  readonly code: FaultCode
  readonly reason: Said
  readonly remedy: Said
  /** What the camera or ffmpeg said, without user name and password. */
  readonly detail?: string
}

/**
 * `connecting` until the first picture; `lost` while none comes. With pictures: `live`, or what is wrong with them.
 */
export interface CameraState {
  readonly kind: 'connecting' | 'live' | 'frozen' | 'black' | 'moved' | 'lost'
  /** ms since 1970 */
  readonly since: number
  /** Why it is not live. */
  readonly fault?: CameraFault
}

/** As people are shown them. */
export const STATE_NAMES: Readonly<Record<CameraState['kind'], string>> = {
  connecting: '连接中 connecting',
  live: '正常 live',
  frozen: '定格 frozen',
  black: '全黑 black',
  moved: '移位 moved',
  lost: '中断 lost',
}

export type FaultCode = keyof typeof FAULTS

export function cameraFault(code: FaultCode, detail?: string): CameraFault {
  const [reason, remedy] = FAULTS[code]
  return { code, reason, remedy, ...(detail ? { detail } : {}) }
}

const said = (zh: string, en: string): Said => ({ zh, en })

const FAULTS = {
  'unknown-host': [
    said('找不到主机名', 'its host name is not known'),
    said('检查地址，或改用 IP', 'Check the address, or give the IP.'),
  ],
  refused: [
    said('主机拒绝连接', 'its host refuses the connection'),
    said(
      '检查端口；在摄像机里开启 RTSP 或 HTTP',
      'Check the port, and that RTSP or HTTP is on in the camera.',
    ),
  ],
  unreachable: [
    said('网络不通', 'it can not be reached'),
    said('检查电源、网线、网段', 'Check its power, its cable, and the network in between.'),
  ],
  'wrong-password': [
    said('用户名或密码不对', 'it declines the user name or password'),
    said(
      '更正密码；为免摄像机锁定账号，一分钟后才再试',
      'Correct the login; it is tried again after a minute only, as cameras lock accounts.',
    ),
  ],
  forbidden: [
    said('该账号无权看此画面', 'this account may not see the stream'),
    said('在摄像机里给账号预览权限', 'Give the account the right to view in the camera.'),
  ],
  'no-stream': [
    said('摄像机没有这个地址', 'it has no such stream'),
    said(
      '检查路径，或运行 ganzhi-edge camera discover',
      'Check the path, or run ganzhi-edge camera discover.',
    ),
  ],
  'not-a-picture': [
    said('返回的不是图像', 'what it answers is no picture'),
    said('用浏览器打开该地址看是什么', 'Open the address in a browser to see what it is.'),
  ],
  'bad-stream': [
    said('码流损坏或格式不支持', 'its stream is corrupt, or of a kind that can not be decoded'),
    said(
      '在摄像机里改用 H.264 或 H.265；检查网络丢包',
      'Set the camera to H.264 or H.265; look for packet loss.',
    ),
  ],
  'too-large': [
    said('画面过大', 'its picture is too large'),
    said('用子码流，或降低分辨率（至多 8K）', 'Use the sub-stream, or a lower resolution (8K at most).'),
  ],
  stalled: [
    said('画面停了', 'no picture comes any more'),
    said(
      '检查网络与摄像机负荷；会自动重连',
      'Check the network and the load of the camera; it is dialled again.',
    ),
  ],
  'server-error': [
    said('摄像机报错', 'it answers with an error of its own'),
    said('重启摄像机；检查连接数上限', 'Restart the camera; it may have too many viewers.'),
  ],
  redirected: [
    said('地址被转到别处', 'it sends us to another address'),
    said('填写最终地址；不会把密码带到别处', 'Give the final address: a login is taken nowhere else.'),
  ],
  'device-busy': [
    said('设备被占用', 'another program uses the device'),
    said('停止占用它的程序', 'Stop the program that uses it.'),
  ],
  'no-permission': [
    said('无权读取', 'it may not be read'),
    said(
      '把运行账号加入 video 组，或改文件权限',
      'Add the account to the group video, or change the permissions.',
    ),
  ],
  missing: [
    said('没有这个文件或设备', 'there is no such file or device'),
    said('检查路径与 USB 连接', 'Check the path, and the plug.'),
  ],
  ended: [said('播放完毕', 'it has ended'), said('加 loop 可循环播放', 'Set loop to play it again.')],
  'no-login': [
    said('账号读不到', 'its login can not be read'),
    said(
      '见详情；用 ganzhi-edge camera seal 重新封存',
      'See the detail; seal it anew: ganzhi-edge camera seal',
    ),
  ],
  'no-ffmpeg': [
    said('缺少 ffmpeg，或版本太旧', 'ffmpeg is missing, or too old'),
    said('sudo apt-get install ffmpeg', 'sudo apt-get install ffmpeg'),
  ],
  'ffmpeg-failed': [
    said('解码进程退出', 'the decoder ended'),
    said('见详情；检查 ffmpeg 安装', 'See the detail; check the installation of ffmpeg.'),
  ],
  frozen: [
    said('画面定格：一段时间内毫无变化', 'the picture is frozen: nothing in it has changed for long'),
    said('重启摄像机；查看其编码负荷', 'Restart the camera; look at the load of its encoder.'),
  ],
  black: [
    said('画面全黑', 'the picture is black'),
    said('检查镜头盖、补光灯、遮挡', 'Look for a lens cap, a dead lamp, or something before the lens.'),
  ],
  moved: [
    said('画面移位或被遮挡', 'the view has moved, or is covered'),
    said(
      '把摄像机转回原位，或确认新画面并重画区域',
      'Turn it back, or accept the new view and draw its zones again.',
    ),
  ],
} as const satisfies Record<string, readonly [Said, Said]>
