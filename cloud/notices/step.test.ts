import { expect, it, describe } from 'vitest'
import { MINUTE, NOON, SECOND, StepsUnderTest, silenceFrom } from './step-under-test.ts'

const HOUR = 60 * MINUTE
const quiet = { reminders: {}, inhibit: [] }

describe('an alarm', () => {
  it('is told when it is raised, when it is graver, and when it has stayed clear for a while', () => {
    const on = new StepsUnderTest(quiet)
    on.alarm('minor')
    on.pass(2 * MINUTE)
    on.alarm('critical')
    on.pass(8 * MINUTE)
    on.alarm('clear')
    on.pass(HOUR)
    expect(on.log).toEqual(['0 raised', '2 graver', '16 ended'])
    expect(on.told.map(({ severity }) => severity)).toEqual(['minor', 'critical', 'critical'])
  })

  it('that flaps makes two messages, the second says how often it changed', () => {
    const on = new StepsUnderTest(quiet)
    for (let i = 0; i < 10; i++) {
      on.alarm('major')
      on.pass(2 * MINUTE)
      on.alarm('clear')
      on.pass(2 * MINUTE)
    }
    expect([...on.state.episodes.values()]).toMatchObject([{ flapping: true, changes: 20 }])
    on.pass(20 * MINUTE)
    on.reload()
    on.pass(3 * HOUR)
    // Seven changes within an hour are too many: the seventh from the end was at 26 minutes.
    expect(on.log).toEqual(['0 raised', '87 ended'])
    expect(on.told[1]).toMatchObject({ alarms: [{ changes: 20, flapping: false }] })
    expect(on.told[1]?.text.en).toContain('after 20 changes')
    expect(on.state.episodes.size).toBe(0)
  })

  it('that flaps more slowly than it settles is held together, too', () => {
    const on = new StepsUnderTest(quiet)
    for (let i = 0; i < 12; i++) {
      on.alarm(i % 2 === 0 ? 'major' : 'clear')
      on.pass(8 * MINUTE)
    }
    on.pass(3 * HOUR)
    // The change at 48 minutes is the seventh within an hour; that at 40 the seventh from the end.
    const known = ['0 raised', '14 ended', '16 raised', '30 ended', '32 raised', '46 ended', '48 raised']
    expect(on.log).toEqual([...known, '101 ended'])
  })

  it('that has become less grave is told again when it is as grave as before', () => {
    const on = new StepsUnderTest(quiet)
    on.alarm('major')
    on.pass(MINUTE)
    on.alarm('minor')
    on.pass(2 * MINUTE)
    on.alarm('major')
    on.pass(2 * MINUTE)
    expect(on.log).toEqual(['0 raised'])
    on.alarm('minor')
    on.pass(6 * MINUTE)
    on.alarm('major')
    on.pass(MINUTE)
    expect(on.log).toEqual(['0 raised', '11 graver'])
  })

  it('that came and went while nobody looked is told, and then that it has ended', () => {
    const on = new StepsUnderTest(quiet)
    on.alarm('major')
    on.now += MINUTE
    on.alarm('clear')
    on.now += HOUR
    on.pass(10 * MINUTE)
    expect(on.log.map((line) => line.split('.')[0])).toEqual(['61 raised', '62'])
  })
})

describe('alarms of one rule and street', () => {
  const street = 'shushan'

  it('that come at once are one message, those of the next minute another', () => {
    const on = new StepsUnderTest(quiet)
    for (let i = 0; i < 500; i++) on.alarm('major', { device: `dev-${i}`, street })
    on.pass(10 * SECOND)
    for (let i = 500; i < 700; i++) on.alarm('major', { device: `dev-${i}`, gateway: 'gw-2', street })
    on.pass(20 * SECOND)
    on.alarm('critical', { device: 'dev-1000', street })
    on.pass(2 * MINUTE)
    expect(on.log).toEqual(['0 raised ×500', '1 raised ×201'])
    expect(on.told[0]).toMatchObject({ gateway: 'gw-1', area: { id: street }, severity: 'major' })
    expect(on.told[0]?.alarms).toHaveLength(100)
    expect(on.told[1]).toMatchObject({ gateway: null, severity: 'critical' })
    expect(on.told[1]?.alarms[0]).toMatchObject({ device: 'dev-1000' })
  })

  it('that end within a minute are one message', () => {
    const on = new StepsUnderTest(quiet)
    for (const device of ['a', 'b', 'c']) on.alarm('major', { device, street })
    on.pass(MINUTE)
    for (const device of ['a', 'b', 'c']) {
      on.alarm('clear', { device, street })
      on.pass(20 * SECOND)
    }
    on.pass(HOUR)
    expect(on.log).toEqual(['0 raised ×3', '7 ended ×3'])
  })

  it('are apart from those of other rules and streets, and of gateways that stand nowhere', () => {
    const on = new StepsUnderTest(quiet)
    on.alarm('major', { device: 'a', street })
    on.alarm('major', { device: 'a', street, rule: 'noise' })
    on.alarm('major', { device: 'b', street: 'luyang' })
    on.alarm('major', { device: 'c' })
    on.alarm('major', { device: 'd' })
    on.pass(SECOND)
    expect(on.log).toEqual(['0 raised', '0 raised', '0 raised', '0 raised ×2'])
  })
})

describe('an alarm that stays open', () => {
  const policy = {
    inhibit: [],
    reminders: { major: 'PT1H', critical: 'PT20M' },
    escalation: {
      major: [
        { after: 'PT2H', to: 'director' },
        { after: 'PT30M', to: 'shift-leader' },
      ],
    },
  }

  it('is reminded of by its severity, and told to others after a while', () => {
    const on = new StepsUnderTest(policy)
    on.alarm('major')
    on.alarm('info', { device: 'dev-2' })
    on.pass(2 * HOUR + MINUTE)
    expect(on.log).toEqual([
      '0 raised ×2',
      '30 escalated shift-leader',
      '91 reminder',
      '120 escalated director',
    ])
  })

  it('is not any more when somebody takes care of it, until it is graver', () => {
    const on = new StepsUnderTest(policy)
    on.alarm('major')
    on.pass(10 * MINUTE)
    on.acknowledge()
    on.pass(5 * HOUR)
    expect(on.log).toEqual(['0 raised'])
    on.alarm('critical')
    on.pass(22 * MINUTE)
    expect(on.log).toEqual(['0 raised', '310 graver', '331 reminder'])
  })

  it('is not while it may be over', () => {
    const on = new StepsUnderTest(policy)
    on.alarm('critical')
    on.pass(19 * MINUTE)
    on.alarm('clear')
    on.pass(HOUR)
    expect(on.log).toEqual(['0 raised', '25 ended'])
  })

  it('is reminded of once, however long nobody looked', () => {
    const on = new StepsUnderTest(policy)
    on.alarm('critical')
    on.pass(MINUTE)
    on.now += 10 * HOUR
    on.pass(2 * MINUTE)
    expect(on.log).toEqual(['0 raised', '602 reminder'])
  })
})

describe('a silence', () => {
  const from = NOON + 10 * MINUTE
  const until = NOON + HOUR

  it('keeps what is recorded from being told, and lets what is open be told at its end', () => {
    const on = new StepsUnderTest(quiet)
    on.silences.push(silenceFrom('7', from, until))
    on.pass(20 * MINUTE)
    on.alarm('major', { device: 'over' })
    on.alarm('major', { device: 'open' })
    on.pass(5 * MINUTE)
    on.alarm('clear', { device: 'over' })
    on.pass(2 * HOUR)
    expect(on.log).toEqual(['21 raised ×2 withheld', '31 ended withheld', '60 raised'])
    expect(on.told[0]?.withheldBy).toEqual({ silence: '7' })
    expect(on.told[2]).toMatchObject({ alarms: [{ device: 'open', heldBackBy: { silence: '7' } }] })
  })

  it('lets people know at its end what has ended meanwhile of which they knew', () => {
    const on = new StepsUnderTest(quiet)
    on.silences.push(silenceFrom('7', from, until))
    on.alarm('major')
    on.pass(20 * MINUTE)
    on.alarm('clear')
    on.pass(2 * HOUR)
    expect(on.log).toEqual(['0 raised', '26 ended withheld', '61 ended'])
  })

  it('stops reminders, and covers nothing graver than it says', () => {
    const on = new StepsUnderTest({ inhibit: [], reminders: { major: 'PT15M' } })
    on.silences.push(silenceFrom('7', from, until, (_, severity) => severity !== 'critical'))
    on.alarm('major')
    on.pass(40 * MINUTE)
    expect(on.log).toEqual(['0 raised'])
    on.alarm('critical')
    on.pass(MINUTE)
    expect(on.log).toEqual(['0 raised', '40 graver'])
  })

  it('that is ended early ends at once', () => {
    const on = new StepsUnderTest(quiet)
    on.silences.push(silenceFrom('7', NOON, until))
    on.alarm('major')
    on.pass(5 * MINUTE)
    on.silences.pop()
    on.settings()
    on.pass(MINUTE)
    expect(on.log).toEqual(['1 raised withheld', '5 raised'])
  })
})

describe('inhibition', () => {
  it('one gateway that dies with 500 devices is one message, and what is left when it is back is told', () => {
    const on = new StepsUnderTest({ reminders: {} })
    on.alarm('major', { rule: 'gateway-offline', device: null })
    for (let i = 0; i < 500; i++) on.alarm('critical', { rule: 'no-data', device: `dev-${i}` })
    on.alarm('minor', { rule: 'noise', gateway: 'gw-2' })
    on.pass(30 * MINUTE)
    expect(on.log).toEqual(['0 raised', '0 raised', '1 raised ×500 withheld'])
    on.alarm('clear', { rule: 'gateway-offline', device: null })
    for (let i = 1; i < 500; i++) on.alarm('clear', { rule: 'no-data', device: `dev-${i}` })
    on.pass(HOUR)
    expect(on.log.slice(3)).toEqual(['35 raised', '36 ended'])
    expect(on.told[3]).toMatchObject({
      alarms: [{ device: 'dev-0', heldBackBy: { rule: 'gateway-offline' } }],
    })
  })

  it('ends when late values show that there was nothing to give way to', () => {
    const on = new StepsUnderTest({ reminders: {} })
    const offline = { rule: 'gateway-offline', device: null }
    const id = on.alarm('major', offline)
    on.alarm('major', { rule: 'noise' })
    on.pass(5 * MINUTE)
    on.late(offline, { from: 'clear', to: 'major', stands: 'clear', id, revised: true })
    on.pass(HOUR)
    expect(on.log).toEqual(['0 raised', '1 raised withheld', '5 raised', '6 digest'])
  })

  it('the gravest of a device is told alone', () => {
    const on = new StepsUnderTest({ reminders: {} })
    on.alarm('minor', { rule: 'battery-low' })
    on.alarm('critical', { rule: 'gas-leak' })
    on.alarm('minor', { rule: 'battery-low', device: 'dev-2' })
    on.pass(5 * MINUTE)
    expect(on.log).toEqual(['0 raised', '0 raised', '1 raised withheld'])
    expect(on.told[2]?.rule?.id).toBe('battery-low')
  })

  it('two that would silence each other do not', () => {
    const inhibit = [
      { while: { rule: 'a' }, same: 'device' },
      { while: { rule: 'b' }, same: 'device' },
    ] as const
    const on = new StepsUnderTest({ reminders: {}, inhibit: [...inhibit] })
    on.alarm('major', { rule: 'b' })
    on.alarm('major', { rule: 'a' })
    on.pass(2 * MINUTE)
    expect(on.log).toEqual(['0 raised', '1 raised withheld'])
    expect(on.told[0]?.rule?.id).toBe('a')
  })
})

describe('late transitions', () => {
  it('are told in one digest of each gateway when no more come, and never by themselves', () => {
    const on = new StepsUnderTest(quiet)
    for (let i = 0; i < 5; i++) {
      on.late({ device: `dev-${i}` }, { from: 'clear', to: 'major', stands: 'clear', id: `${i}` })
      on.pass(40 * SECOND)
      on.late({ device: `dev-${i}` }, { from: 'major', to: 'clear', stands: 'clear', id: `${i}` })
    }
    on.alarm('major', { device: 'live' })
    on.pass(HOUR)
    expect(on.log).toEqual(['3.3333333333333335 raised', '4.333333333333333 digest ×5'])
    expect(on.told[1]).toMatchObject({ gateway: 'gw-1', digest: { raised: 5, ended: 5, revised: 0 } })
  })

  it('are waited for ten minutes at most', () => {
    const on = new StepsUnderTest(quiet)
    for (let i = 0; i < 30; i++) {
      on.late({ device: `dev-${i}` }, { from: 'clear', to: 'major', stands: 'clear' })
      on.pass(30 * SECOND)
    }
    on.pass(HOUR)
    expect(on.log).toEqual(['10 digest ×20', '15.5 digest ×10'])
  })

  it('of many gateways are one digest in all', () => {
    const on = new StepsUnderTest(quiet)
    for (let i = 0; i < 4; i++)
      on.late({ gateway: `gw-${i}` }, { from: 'clear', to: 'major', stands: 'clear' })
    on.pass(5 * MINUTE)
    expect(on.log).toEqual(['1 digest ×4'])
    expect(on.told[0]?.gateway).toBeNull()
  })

  it('that leave an alarm open let it go on as one that people know', () => {
    const on = new StepsUnderTest({ inhibit: [], reminders: { major: 'PT1H' } })
    on.late({}, { from: 'clear', to: 'major', stands: 'major', id: '1' })
    on.pass(90 * MINUTE)
    on.alarm('clear')
    on.pass(HOUR)
    expect(on.log).toEqual(['1 digest', '61 reminder', '96 ended'])
  })

  it('that take back what was told are named in the digest, and nothing is said to have ended', () => {
    const on = new StepsUnderTest(quiet)
    const id = on.alarm('major')
    on.pass(10 * MINUTE)
    on.late({}, { from: 'clear', to: 'major', stands: 'clear', id, revised: true })
    on.pass(HOUR)
    expect(on.log).toEqual(['0 raised', '11 digest'])
    expect(on.told[1]).toMatchObject({ digest: { raised: 0, ended: 0, revised: 1 }, alarms: [{ id }] })
  })

  it('of a gateway that is back are told, while that it was away may still count', () => {
    const on = new StepsUnderTest({ reminders: {} })
    on.alarm('major', { rule: 'gateway-offline', device: null })
    on.pass(HOUR)
    on.alarm('clear', { rule: 'gateway-offline', device: null })
    on.late({}, { from: 'clear', to: 'critical', stands: 'clear' })
    on.pass(HOUR)
    expect(on.log).toEqual(['0 raised', '61 digest', '66 ended'])
  })

  it('that are silenced are recorded, and told when the silence ends if they are open', () => {
    const on = new StepsUnderTest(quiet)
    on.silences.push(silenceFrom('7', NOON, NOON + HOUR))
    on.late({ device: 'open' }, { from: 'clear', to: 'major', stands: 'major' })
    on.late({ device: 'over' }, { from: 'clear', to: 'major', stands: 'clear' })
    on.pass(2 * HOUR)
    expect(on.log).toEqual(['1 digest ×2 withheld', '60 raised'])
  })
})
