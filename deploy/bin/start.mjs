#!/usr/bin/env node
import { launch } from '../../tools/bin/launch.mjs'

await launch(new URL('../start.ts', import.meta.url))
