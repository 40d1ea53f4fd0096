#!/usr/bin/env node
import { launch } from '../../tools/bin/launch.mjs'

await launch(new URL('../cli/main.ts', import.meta.url))
