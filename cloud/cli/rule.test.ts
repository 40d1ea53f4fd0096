import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const program = join(import.meta.dirname, '../bin/ganzhi.mjs')

const RULE = `id: pm25-high
version: 1
for: { property: pm25 }
when: { above: 75, clearBelow: 70, for: PT5M }
severity: major
`
const CSV = `time,device,property,value
2026-11-21T08:06:00+08:00,dev-1,pm25,81.2
2026-11-21T08:00:00+08:00,dev-1,pm25,76
2026-11-21T08:00:00+08:00,dev-2,pm25,71.2
2026-11-21T08:20:00+08:00,dev-1,pm25,72
2026-11-21T08:30:00+08:00,dev-1,pm25,69.9
2026-11-21T09:00:00+08:00,dev-2,pm25,60
`

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rule-cli-'))
  await put('rule.yaml', RULE)
  await put('values.csv', CSV)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function put(name: string, content: string): Promise<void> {
  await writeFile(join(dir, name), content)
}

interface Told {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function ganzhi(...args: string[]): Promise<Told> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'rule', ...args], { cwd: dir }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

const backtest = (...args: string[]) => ganzhi('backtest', 'rule.yaml', '--csv', 'values.csv', ...args)

/** Scripts read it: a field may be added, none renamed. */
test('the document of a backtest', async () => {
  const { code, out, err } = await backtest('--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.trimEnd().split('\n')).toHaveLength(1)
  const rule = { id: 'pm25-high', version: 1 }
  const id = expect.stringMatching(/^[0-9a-f]{32}$/) as string
  expect(JSON.parse(out)).toEqual({
    transitions: [
      {
        id,
        rule,
        at: '2026-11-21T00:05:00.000Z',
        target: 'dev-1',
        from: 'clear',
        to: 'major',
        value: 76,
        why: { above: 75, for: 'PT5M', since: '2026-11-21T00:00:00.000Z' },
      },
      {
        id,
        rule,
        at: '2026-11-21T00:30:00.000Z',
        target: 'dev-1',
        from: 'major',
        to: 'clear',
        value: 69.9,
        why: { clearBelow: 70, since: '2026-11-21T00:30:00.000Z' },
      },
    ],
    rule,
    span: { from: '2026-11-21T00:00:00.000Z', to: '2026-11-21T01:00:00.000Z' },
    devices: 2,
    inputs: 6,
    alarms: {
      alarms: 1,
      perDay: 1,
      open: 0,
      seconds: 1_500,
      bySeverity: { info: 0, minor: 0, major: 1, critical: 0 },
      days: [{ date: '2026-11-21', alarms: 1 }],
      devices: [{ target: 'dev-1', alarms: 1, seconds: 1_500 }],
    },
    seen: [
      {
        property: 'pm25',
        samples: 6,
        unusable: 0,
        lowest: { value: 60, at: '2026-11-21T01:00:00.000Z', target: 'dev-2' },
        highest: { value: 81.2, at: '2026-11-21T00:06:00.000Z', target: 'dev-1' },
      },
    ],
    faults: [],
  })
})

test('people read when, where, what and why, by the clock of the rule', async () => {
  const { code, out } = await backtest()
  expect(code).toBe(0)
  expect(out).toMatch(/2026-11-21 08:05:00 +dev-1 +▲ 较大 major +76 +> 75, 满 for PT5M, 自 since 08:00:00/)
  expect(out).toMatch(/2026-11-21 08:30:00 +dev-1 +▽ 正常 clear +69\.9 +< 70/)
  expect(out).toContain('告警时长 time in alarm  25 min')
})

test('where nothing is told, it is told how near it was', async () => {
  await put('higher.yaml', RULE.replace('above: 75', 'above: 82'))
  expect((await ganzhi('backtest', 'higher.yaml', '--csv', 'values.csv')).out).toContain(
    'pm25 最高 highest 81.2 (dev-1, 2026-11-21 08:06:00), 阈值 threshold > 82',
  )
  await put('longer.yaml', RULE.replace('PT5M', 'PT2H'))
  expect((await ganzhi('backtest', 'longer.yaml', '--csv', 'values.csv')).out).toContain(
    'threshold > 75, 但未满 but never for PT2H',
  )
  await put('other.yaml', RULE.replace('property: pm25', 'property: pm10'))
  expect((await ganzhi('backtest', 'other.yaml', '--csv', 'values.csv')).out).toContain(
    'the file has no pm10; 有 it has: pm25',
  )
})

test('values that no condition can use are told of', async () => {
  await put('words.csv', `${CSV}2026-11-21T08:40:00+08:00,dev-1,pm25,abc\n`)
  const { code, err } = await ganzhi('backtest', 'rule.yaml', '--csv', 'words.csv', '--json')
  expect(code).toBe(0)
  expect(err).toContain(
    '1 of 7 values can not be used; 第一个 the first: "abc" good, dev-1, 2026-11-21T00:40:00',
  )
})

test('another version is compared by its alarms', async () => {
  await put('strict.yaml', RULE.replace('above: 75', 'above: 70').replace('version: 1', 'version: 2'))
  const compare = ['backtest', 'strict.yaml', '--compare', 'rule.yaml', '--csv', 'values.csv']
  const { out } = await ganzhi(...compare, '--json')
  const { compared } = JSON.parse(out) as { compared: { added: unknown[] } }
  expect(compared).toMatchObject({ rule: { version: 1 }, kept: 1, removed: [], alarms: { alarms: 1 } })
  expect(compared.added).toEqual([
    {
      target: 'dev-2',
      from: '2026-11-21T00:05:00.000Z',
      to: '2026-11-21T01:00:00.000Z',
      severity: 'major',
      value: 71.2,
      why: expect.objectContaining({ above: 70 }) as object,
    },
  ])
  expect((await ganzhi(...compare)).out).toMatch(/新增 added 1, .*\n\n\+ 新增 added\n.*\n2026-11-21 08:05:00/)
})

test('events, attributes and a span come from files and options; a CSV may be piped in', async () => {
  await put(
    'crowd.yaml',
    `id: loud-crowd
version: 1
for: { property: noise, area: '310101' }
when: { all: [{ during: cn.ganzhi.vision.crowd-gathering }, { above: { attribute: limit } }] }
severity: minor
`,
  )
  const incident = '01KA0000000000000000000000'
  const event = (phase: string, time: string) =>
    JSON.stringify({
      specversion: '1.0',
      id: `${incident}.${phase}.1`,
      source: 'gw-1',
      type: `cn.ganzhi.vision.crowd-gathering.${phase}`,
      subject: 'cam-1',
      time,
      incident,
    })
  await put(
    'events.jsonl',
    `${event('ended', '2026-11-21T08:20:00+08:00')}\n${event('started', '2026-11-21T08:10:00+08:00')}\n`,
  )
  await put('limits.yaml', 'cam-1: { limit: 70 }\n')
  const command = ['backtest', 'crowd.yaml', '--csv', '-', '--events', 'events.jsonl', '--json']
  const noise = `time,device,property,value\n2026-11-21T08:00:00+08:00,cam-1,noise,80\n`
  const piped = async (...more: string[]) => {
    const child = spawn(process.execPath, [program, 'rule', ...command, ...more], { cwd: dir })
    child.stdin.end(noise)
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { transitions: (JSON.parse(out) as { transitions: { at: string }[] }).transitions, err }
  }
  const whole = await piped('--attributes', 'limits.yaml')
  expect(whole.transitions.map(({ at }) => at)).toEqual([
    '2026-11-21T00:10:00.000Z',
    '2026-11-21T00:20:00.000Z',
  ])
  expect(whole.err).toContain('a CSV does not tell area')
  const cut = await piped('--attributes', 'limits.yaml', '--to', '2026-11-21T08:20:00+08:00')
  expect(cut.transitions).toHaveLength(1)
  const without = await piped()
  expect(without.transitions).toEqual([])
  expect(without.err).toContain('have no attribute limit')
})

describe('what is wrong is told with code 2 and what to do, and nothing is half-applied', () => {
  beforeAll(async () => {
    await put('wrong.yaml', RULE.replace('clearBelow: 70', 'clearBelow: 80').replace('major', 'huge'))
    await put('wrong.csv', `${CSV}2026-11-21T09:00:00,dev-1,pm25,1\n`)
    await put('wrong.jsonl', '{}\n')
    await put('wrong-limits.yaml', 'dev-1: 70\n')
    await put('empty.csv', 'time,device,property,value\n')
  })

  test.each([
    [['backtest'], '--help'],
    [['backtest', 'rule.yaml'], '--from (或 --csv) is missing'],
    [['fly'], 'backtest | check'],
    [['backtest', 'rule.yaml', '--csv', 'values.csv', '--area', 'north'], '--area 不与 --csv 同用'],
    [
      ['backtest', 'rule.yaml', '--from', '2026-11-01T00:00:00Z', '--events', 'e.jsonl'],
      '--events 只与 --csv 同用',
    ],
    [['check'], 'no rule file'],
    [['backtest', 'rule.yaml', '--csv', 'none.csv'], 'none.csv: 读不出'],
    [['backtest', 'none.yaml', '--csv', 'values.csv'], 'none.yaml: 读不出'],
    [['backtest', 'rule.yaml', '--csv', 'values.csv', '--from', 'yesterday'], '--from'],
    [['backtest', 'wrong.yaml', '--csv', 'values.csv'], 'wrong.yaml:4:20: when.clearBelow'],
    [['backtest', 'wrong.yaml', '--csv', 'values.csv'], 'wrong.yaml:5:1: severity'],
    [['backtest', 'rule.yaml', '--csv', 'wrong.csv'], 'wrong.csv:8: time'],
    [['backtest', 'rule.yaml', '--csv', 'values.csv', '--events', 'wrong.jsonl'], 'wrong.jsonl:1: '],
    [
      ['backtest', 'rule.yaml', '--csv', 'values.csv', '--attributes', 'wrong-limits.yaml'],
      'wrong-limits.yaml:1',
    ],
  ])('%j', async (args, why) => {
    const { code, out, err } = await ganzhi(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
  })

  test('with --json as a document', async () => {
    const { code, out } = await ganzhi('backtest', 'rule.yaml', '--csv', 'wrong.csv', '--json')
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'bad-csv', field: 'time' } })
  })

  test('a CSV without rows is no fault', async () => {
    const { code, out } = await ganzhi('backtest', 'rule.yaml', '--csv', 'empty.csv', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ transitions: [], span: null, devices: 0 })
    expect((await ganzhi('backtest', 'rule.yaml', '--csv', 'empty.csv')).out).toContain('没有数据 no data')
  })

  test('check looks at every file, and fails where one is wrong', async () => {
    const { code, out } = await ganzhi('check', 'wrong.yaml', 'rule.yaml', 'none.yaml')
    expect(code).toBe(1)
    expect(out).toContain('wrong.yaml:5:1: severity must be one of')
    expect(out).toMatch(/✓ rule\.yaml: pm25-high@1\n.*高于 75.*\n.*above 75/)
    expect(out).toContain('none.yaml: 读不出')
    expect((await ganzhi('check', 'rule.yaml')).code).toBe(0)
  })
})
