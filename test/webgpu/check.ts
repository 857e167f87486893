/** Runs checks on a device one by one and tells the process that started them how each ends. */

import type { Report } from './report.js'

export const tell = (report: Report) => process.stdout.write(`${JSON.stringify(report)}\n`)

export const check = async (name: string, run: () => Promise<void> | void) => {
  tell({ kind: 'started', check: name })
  try {
    await run()
    tell({ kind: 'passed', check: name })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    tell({ kind: 'failed', check: name, message })
  }
}
