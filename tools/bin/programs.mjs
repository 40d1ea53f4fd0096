import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

// Plain JavaScript for any Node from 18 on: this runs before anything else is known to be there.

const PROGRAMS = {
  'nats-server': { variable: 'NATS_SERVER', names: ['nats-server'], service: 'nats-server.service' },
  chromium: { variable: 'CHROMIUM', names: ['chromium', 'chromium-browser', 'google-chrome'] },
  ffmpeg: { variable: 'FFMPEG', names: ['ffmpeg'] },
  // Libraries and their compiler: known by a file of theirs.
  gcc: { files: ['/usr/bin/gcc'], packages: ['gcc', 'libc6-dev'] },
  'libmodbus-dev': { files: ['/usr/include/modbus/modbus.h'] },
  'python3-pymodbus': {
    files: ['/usr/lib/python3/dist-packages/pymodbus/__init__.py'],
    packages: ['python3-pymodbus', 'python3-serial'],
  },
  // An RTSP server, its H.264 encoder, and the Python that scripts them.
  'gst-rtsp-server': {
    files: [
      '/usr/lib/x86_64-linux-gnu/girepository-1.0/GstRtspServer-1.0.typelib',
      '/usr/lib/aarch64-linux-gnu/girepository-1.0/GstRtspServer-1.0.typelib',
    ],
    packages: [
      'gir1.2-gst-rtsp-server-1.0',
      'python3-gi',
      'gstreamer1.0-plugins-base',
      'gstreamer1.0-plugins-good',
      'gstreamer1.0-plugins-ugly',
    ],
  },
}

/** The program's path: what its variable names, else the first of its names on the PATH or in the sbin folders. */
export function findProgram(program, env = process.env) {
  const { variable, names, files } = PROGRAMS[program]
  if (files) return files.find(existsSync)
  const named = env[variable]
  if (named) return isExecutable(named) ? named : undefined
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/local/sbin', '/usr/sbin']
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

/** Finds a program, or gets it from Debian when we are allowed to. Else throws one line that says what to run. */
export async function ensureProgram(program, say = (line) => console.error(line)) {
  const { variable, service, packages = [program] } = PROGRAMS[program]
  const found = findProgram(program)
  if (found) return found

  if (variable && process.env[variable])
    throw new Error(`${variable}=${process.env[variable]} 不可执行。is no program: correct or unset it.`)
  const remedy = `sudo apt-get install ${packages.join(' ')}`
  if (!existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `缺少 ${program}。${program} is missing: install it${variable ? `, or name it in ${variable}` : ''}.`,
    )
  }
  if (process.getuid?.() !== 0) throw new Error(`缺少 ${program}。${program} is missing, run: ${remedy}`)

  say(`apt-get install ${packages.join(' ')}`)
  const install = ['install', '--yes', '--no-install-recommends', ...packages]
  let outcome = await apt(install, say)
  if (outcome.code !== 0) {
    await apt(['update'], say)
    outcome = await apt(install, say)
  }
  // The package starts a server of its own, open to the network, that nobody asked for.
  if (service && existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', service])

  const installed = findProgram(program)
  if (!installed)
    throw new Error(`无法安装 ${program}。${program} can't be installed (${outcome.last}), run: ${remedy}`)
  return installed
}

/** For scripts: one line for each program that is missing and can't be had, and exit 2. */
export async function need(...programs) {
  if (await missing(programs)) process.exitCode = 2
}

/** Likewise, for what can be done without: only the lines. */
export async function want(...programs) {
  await missing(programs)
}

async function missing(programs) {
  let any = false
  for (const program of programs) {
    try {
      await ensureProgram(program)
    } catch (error) {
      console.error(error.message)
      any = true
    }
  }
  return any
}

function apt(args, say) {
  const child = spawn('apt-get', ['--quiet', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let last = ''
  const onData = (data) => {
    for (const line of String(data).split(/[\r\n]+/)) {
      if (!line.trim()) continue
      last = line.trim()
      if (/^(Get:|Unpacking|Setting up|E:)/.test(last)) say(`  ${last}`)
    }
  }
  child.stdout.on('data', onData)
  child.stderr.on('data', onData)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, last: error.message }))
    child.once('close', (code) => resolve({ code, last }))
  })
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
