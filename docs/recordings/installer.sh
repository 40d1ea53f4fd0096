#!/usr/bin/env bash
# What docs/recordings/installer.cast shows: scan → read --explore → plan, against a simulated RS-485 line.
#   asciinema rec --cols 124 --rows 36 -c docs/recordings/installer.sh docs/recordings/installer.cast
set -u
cd "$(mktemp -d)" || exit 1
bin="$(dirname "$(readlink -f "$OLDPWD/package.json")")/node_modules/.bin"
export PATH="$bin:$PATH"

say() { printf '\n\033[36m# %s\033[0m\n' "$1"; sleep 0.8; }
run() {
  printf '\033[32m$\033[0m '
  for ((i = 0; i < ${#1}; i++)); do printf '%s' "${1:i:1}"; sleep 0.012; done
  printf '\n'
  eval "$1"
  sleep 1.2
}

ganzhi-sim rtu --link rs485 --baud 19200 --turnaround-ms 20 --strict --devices 3 --seed 5 \
  --at 2026-11-21T08:00:00Z >/dev/null 2>&1 &
trap 'kill %1' EXIT
until [ -e rs485 ]; do sleep 0.1; done

say '一条 RS-485 总线，什么都不知道：先扫描   an RS-485 line, nothing known: scan it'
run 'ganzhi-edge scan --serial rs485 --unit 1-5'
say '单元 2 的 40001 是什么？   what is 40001 of unit 2?'
run "ganzhi-edge read --driver modbus --connection '{\"path\":\"rs485\",\"baudRate\":19200}' --unit 2 --address 40001 --explore"
say '贴进点表，再读   paste it into a points file, and read'
cat >well.yaml <<'YAML'
unit: 2
points:
  - { id: level, table: holding, address: 0, type: float32, order: CDAB }
  - { id: pressure, table: holding, address: 2, type: float32 }
  - { id: energy, table: holding, address: 12, type: float64, order: GHEFCDAB }
  - { id: pump, table: coil, address: 3, type: bool }
YAML
run 'cat well.yaml'
bus="--driver modbus --connection '{\"path\":\"rs485\",\"baudRate\":19200}' --points well.yaml"
run "ganzhi-edge read $bus"
say '每秒读一次，总线来得及吗？   once a second: has the bus time for it?'
run "ganzhi-edge plan $bus --interval-ms 1000 --measure"
say '每秒二十次呢？   and twenty times a second?'
run "ganzhi-edge plan $bus --interval-ms 50 --measure"
