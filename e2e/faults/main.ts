import { runProgram } from '../program.ts'
import { HELP, type Options, readOptions } from './cli.ts'
import { printVerdict } from './oracle/verdict.ts'
import { type Outcome, isGood, runScenario } from './run-scenario.ts'
import { SCENARIOS } from './scenarios.ts'

async function run(options: Options, signal: AbortSignal): Promise<number> {
  if (options.show === 'help') process.stdout.write(HELP)
  if (options.show === 'list') for (const { name, promise } of SCENARIOS) console.log(`${name}: ${promise}`)
  if (options.show) return 0

  const outcomes = await runAll(options, signal)
  if (options.json) console.log(JSON.stringify({ seed: options.seed, outcomes, ok: outcomes.every(isGood) }))
  return outcomes.every(isGood) ? 0 : 1
}

async function runAll(options: Options, signal: AbortSignal): Promise<Outcome[]> {
  const say = (line: string) => console.error(line)
  const until = performance.now() + options.minutes * 60_000
  const outcomes: Outcome[] = []
  for (let lap = 0; lap === 0 || performance.now() < until; lap++) {
    const seed = lap === 0 ? options.seed : `${options.seed}-${lap}`
    for (const scenario of options.scenarios) {
      say(`${scenario.name}: ${scenario.promise} (seed ${seed})`)
      const outcome = await runScenario(scenario, {
        seed,
        rounds: options.rounds,
        defect: options.defect,
        signal,
        say: (line) => say(`  ${line}`),
      })
      outcomes.push(outcome)
      say(print(outcome))
    }
  }
  return outcomes
}

function print(outcome: Outcome): string {
  const { unable, problem, verdict, accepted, refused, deaths, seconds, seed, directory } = outcome
  if (unable !== undefined) return `  not run here: ${unable}`
  const facts = [
    `${accepted} accepted`,
    ...counts('not', refused),
    ...counts('ended', deaths),
    `${seconds} s`,
  ]
  return [
    `  ${isGood(outcome) ? 'good' : 'BAD'}: ${facts.join(', ')}`,
    ...(problem === undefined ? [] : [`  ${problem}`]),
    ...(verdict ? [printVerdict(verdict)] : []),
    ...(directory === undefined ? [] : [`  seed ${seed}; logs, ledger and data in ${directory}`]),
  ].join('\n')
}

function counts(word: string, of: Readonly<Record<string, number>>): string[] {
  return Object.entries(of).map(([name, count]) => `${word} ${name} ×${count}`)
}

process.exitCode = await runProgram({
  help: HELP,
  readOptions: (args) => readOptions(args, SCENARIOS),
  run,
})
