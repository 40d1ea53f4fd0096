import { describe, expect, it } from 'vitest'
import {
  anyGateway,
  gatewaySubject,
  isGatewayName,
  laneSubject,
  parseGatewaySubject,
  STREAMS,
} from './subjects.ts'

describe('subjects', () => {
  it('are read back as they were built', () => {
    for (const topic of [
      'telemetry',
      'event',
      'evidence',
      'status',
      'receipt',
      'receipt.get',
      'command',
    ] as const) {
      expect(parseGatewaySubject(gatewaySubject('gw-01', topic))).toEqual({ gateway: 'gw-01', topic })
    }
  })

  it('stand literally as every gateway in the field knows them', () => {
    expect(gatewaySubject('gw-01', 'receipt.get')).toBe('gz.v1.gw-01.receipt.get')
    expect(laneSubject('gw-01', 'events')).toBe('gz.v1.gw-01.event')
    expect(anyGateway('status')).toBe('gz.v1.*.status')
    expect(STREAMS.telemetry).toEqual({ name: 'TELEMETRY', subject: 'gz.v1.*.telemetry' })
  })

  it.each([
    'gz.v2.gw-01.telemetry',
    'gz.v1.gw-01',
    'gz.v1.GW.telemetry',
    'gz.v1.gw-01.telemetry.x',
    'gz.v1.feed.status',
    '',
  ])('of other makes are not ours: %s', (subject) => {
    expect(parseGatewaySubject(subject)).toBeUndefined()
  })

  it.each(['a.b', 'a b', '*', '>', '', 'Ä', 'x'.repeat(65), 'quarantine'])(
    'refuse the gateway "%s"',
    (gateway) => {
      expect(isGatewayName(gateway)).toBe(false)
      expect(() => gatewaySubject(gateway, 'status')).toThrow(
        expect.objectContaining({ code: 'bad-token', field: 'gateway' }),
      )
    },
  )
})
