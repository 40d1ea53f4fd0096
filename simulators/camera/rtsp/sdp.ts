import { CLOCK_HZ, PAYLOAD_TYPE } from './rtp-sender.ts'

export interface Described {
  readonly name: string
  readonly fps: number
  /** Sequence and picture parameter sets, without start codes. */
  readonly sps: Buffer
  readonly pps: Buffer
  readonly address: string
}

/** What DESCRIBE says of a stream of one video track (RFC 4566; H.264's fields: RFC 6184 §8.2.1). */
export function sdpOf({ name, fps, sps, pps, address }: Described): string {
  const family = address.includes(':') ? 'IP6' : 'IP4'
  const nowhere = family === 'IP6' ? '::' : '0.0.0.0'
  const profile = sps.subarray(1, 4).toString('hex').toUpperCase()
  const sets = `${sps.toString('base64')},${pps.toString('base64')}`
  return [
    'v=0',
    `o=- 1 1 IN ${family} ${address}`,
    `s=${name}`,
    `c=IN ${family} ${nowhere}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} H264/${CLOCK_HZ}`,
    `a=fmtp:${PAYLOAD_TYPE} packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sets}`,
    `a=framerate:${fps}`,
    'a=control:trackID=0',
    '',
  ].join('\r\n')
}
