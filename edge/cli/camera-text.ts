import type { DiscoveredCamera } from '../installer/camera/discover-cameras.ts'
import type { CameraTest } from '../installer/camera/test-camera.ts'
import { type CameraFault, type CameraState, STATE_NAMES } from '../vision/sources/camera-state.ts'
import type { SourceFigures } from '../vision/sources/player.ts'
import type { Colours } from './colours.ts'
import { textTable } from './text-table.ts'

export function progressText({ kind }: CameraState, figures: SourceFigures): string {
  const { fps, width = 0, height = 0, codec = '', lagMs } = figures
  return `${STATE_NAMES[kind]}  ${fps.toFixed(1)} fps  ${width}×${height} ${codec}  延迟 lag ${Math.round(lagMs)} ms`
}

export function testText(test: CameraTest, colours: Colours): string {
  const { state, fault, fps, askedFps, width, height, codec, firstFrameMs } = test
  const shown = state === 'live' ? colours.good(STATE_NAMES[state]) : colours.bad(STATE_NAMES[state])
  const rows = [
    ['状态 state', shown],
    ['帧率 rate', `${fps.toFixed(1)} / ${askedFps} fps`],
    ['码流 stream', codec === undefined ? '' : `${width}×${height} ${codec}`],
    ['首帧 first frame', firstFrameMs === null ? '' : `${Math.round(firstFrameMs)} ms`],
    ['延迟 lag', `${Math.round(test.lagMs)} ms`],
    ['帧 frames', `${test.frames}, 跳过 passed over ${test.dropped}, 损坏 corrupt ${test.corrupt}`],
    ['经过 states', test.states.map(({ state: each, code }) => code ?? each).join(' → ')],
  ]
  const table = textTable([{ title: colours.faint('摄像机 camera') }, { title: test.camera }], rows)
  return fault ? `${table}\n${faultText(fault, colours)}` : table
}

export function faultText({ code, reason, remedy, detail }: CameraFault, colours: Colours): string {
  return [
    `${colours.bad(`✗ ${reason.zh}`)} ${reason.en} (${code})`,
    ...(detail === undefined ? [] : [colours.faint(`  ${detail}`)]),
    colours.faint(`  → ${remedy.zh}。 ${remedy.en}`),
  ].join('\n')
}

export function discoveredText(
  cameras: readonly DiscoveredCamera[],
  { faint, strong, bad }: Colours,
): string {
  if (cameras.length === 0) {
    return [
      '没有找到 ONVIF 摄像机。 No ONVIF camera answered.',
      '  · 摄像机须在同一网段，并开启 ONVIF it must be on this network, with ONVIF switched on',
      '  · 已知地址则直接 with a known address: ganzhi-edge camera test rtsp://<host>/…',
    ].join('\n')
  }
  return cameras
    .map(({ host, name, hardware, streams, trouble }) =>
      [
        strong(`${host}  ${name ?? ''} ${hardware ?? ''}`.trimEnd()),
        ...(trouble === undefined ? [] : [bad(`  ${trouble}`)]),
        ...(streams ?? []).map((stream) =>
          [
            `  ${stream.width ?? '?'}×${stream.height ?? '?'} ${stream.codec ?? ''} ${stream.name ?? ''}`,
            `  ${faint('stream  ')} ${stream.url}`,
            ...(stream.snapshot === undefined ? [] : [`  ${faint('snapshot')} ${stream.snapshot}`]),
          ].join('\n'),
        ),
      ].join('\n'),
    )
    .join('\n\n')
}
