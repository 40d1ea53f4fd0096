#!/usr/bin/env node
import { need, want } from './programs.mjs'

// What the tests need and npm can't bring: nats-server for most of them, a browser for the console's, ffmpeg for cameras.
await need('nats-server', 'chromium', 'ffmpeg')
// Modbus and RTSP servers that are not ours; the tests against them are skipped without.
await want('gcc', 'libmodbus-dev', 'python3-pymodbus', 'gst-rtsp-server')
