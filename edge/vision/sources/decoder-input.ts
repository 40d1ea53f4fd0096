import type { CameraSource } from './camera-source.ts'
import { type Login, withLogin } from './scrub.ts'
import type { FfmpegInput } from './spawn-ffmpeg.ts'

/** ffmpeg gives up on a silent camera by itself too. */
const SILENT_US = 15_000_000

export interface DecoderInputOptions {
  readonly login: Login | undefined
  /** The stream for evidence, where there are two. */
  readonly main: boolean
}

export function decoderInput(source: CameraSource, { login, main }: DecoderInputOptions): FfmpegInput {
  switch (source.kind) {
    case 'rtsp':
      return {
        arguments: [
          ...(source.keyFramesOnly && !main ? ['-skip_frame', 'nokey'] : []),
          // A playlist may name anything; this one can lead to cameras only.
          ...'-protocol_whitelist pipe,rtsp,rtsps,rtp,udp,tcp,tls,crypto'.split(' '),
          // Times of cameras jump, stand still and begin anew.
          ...'-use_wallclock_as_timestamps 1 -fflags +discardcorrupt'.split(' '),
          ...'-f concat -safe 0 -i pipe:3'.split(' '),
        ],
        playlist: rtspPlaylist(
          withLogin((!main && source.sub) || source.url, login),
          source.transport ?? 'tcp',
        ),
      }
    case 'http':
      // Pictures whose length is told need no look at the next to know their end.
      return { arguments: ['-use_wallclock_as_timestamps', '1', '-f', 'mpjpeg', '-i', 'pipe:0'] }
    case 'v4l2':
      return { arguments: ['-use_wallclock_as_timestamps', '1', '-f', 'v4l2', '-i', source.device] }
    case 'file':
      return {
        arguments: [
          ...(source.unpaced ? [] : ['-re']),
          ...(source.loop ? ['-stream_loop', '-1'] : []),
          '-protocol_whitelist',
          'file',
          '-i',
          `file:${source.path}`,
        ],
      }
  }
}

function rtspPlaylist(address: string, transport: 'tcp' | 'udp'): string {
  return [
    'ffconcat version 1.0',
    `file '${address}'`,
    `option rtsp_transport ${transport}`,
    `option timeout ${SILENT_US}`,
    // The SDP tells what a decoder needs; to wait for more costs seconds.
    'option analyzeduration 500000',
    'option fpsprobesize 1',
    '',
  ].join('\n')
}
