import { openRestorer } from './restorer.ts'
import { serveModels } from './serve-models.ts'

serveModels(openRestorer)
