import { settleCity } from './city/settle-city.ts'
import { builtConsole } from './supervisor/console-build.ts'
import { startCommand } from './supervisor/start-command.ts'
import { PROGRAMS } from './supervisor/stack.ts'

// Whatever is still open must not hold the terminal.
process.exit(await startCommand(process.argv.slice(2), { programs: PROGRAMS, builtConsole, settleCity }))
