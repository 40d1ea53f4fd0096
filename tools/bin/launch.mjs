import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Plain JavaScript for any Node from 18 on: this is what runs before the workspace's own Node does.

const NEEDED_MAJOR = 24
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

/** Runs a `.ts` program in this Node if it can, else in the workspace's own: same arguments, signals and exit code. */
export async function launch(program) {
  const main = fileURLToPath(program)
  if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) {
    process.argv[1] = main
    // Node's type stripper costs 18 MB of memory; what is in the cache is not stripped again.
    module.enableCompileCache?.()
    await import(program)
    return
  }
  const node = findNode(dirname(main))
  if (node) await runIn(node, [main, ...process.argv.slice(2)])
  else {
    console.error(
      `需要 Node ${NEEDED_MAJOR}。Node ${NEEDED_MAJOR} is needed, this is ${process.versions.node}: ` +
        'run npm ci --include=optional, which brings it along.',
    )
    process.exitCode = 2
  }
}

function findNode(start) {
  for (let folder = start; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
    if (existsSync(node)) return node
    if (folder === dirname(folder)) return undefined
  }
}

async function runIn(node, args) {
  // The kernel ends the program when this launcher is killed, which a launcher alone can't see to.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', node, ...args], { stdio: 'inherit' })
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole foreground group: the child has it already.
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    })
  }
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (...exit) => resolve(exit))
  })
  if (signal) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  } else process.exitCode = code
}
