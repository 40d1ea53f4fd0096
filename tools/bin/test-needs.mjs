#!/usr/bin/env node
import { need } from './programs.mjs'

// What the tests need and npm can't bring: nats-server for most of them, a browser for the console's.
await need('nats-server', 'chromium')
