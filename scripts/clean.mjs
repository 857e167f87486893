/** Removes the folders that are named, so that a build holds nothing of an earlier one. */

import { rmSync } from 'node:fs'

for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true })
