#!/usr/bin/env node
import { launch } from '../../tools/bin/launch.mjs'

await launch(new URL('../reset.ts', import.meta.url))
