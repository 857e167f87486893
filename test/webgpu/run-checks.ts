/** Runs the checks on a WebGPU device in a process of their own and collects what they report. */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { Report } from './report.js'

/** SwiftShader, a Vulkan device in software that Chromium brings along, and its Vulkan loader. */
const softwareDevices = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
]

const environment = (): NodeJS.ProcessEnv => {
  const driver = process.env.VK_DRIVER_FILES ?? softwareDevices.find((file) => existsSync(file))
  if (driver === undefined) return process.env
  const libraries = [process.env.LD_LIBRARY_PATH, dirname(driver)].filter(Boolean)
  return { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: libraries.join(delimiter) }
}

export interface CheckRun {
  readonly reports: readonly Report[]
  /** How the process ended, if not by itself after the last check. */
  readonly fault: string | undefined
}

export const runChecks = (): Promise<CheckRun> =>
  new Promise((resolve) => {
    const folder = import.meta.dirname
    const child = spawn(
      process.execPath,
      ['--import', join(folder, 'register.mjs'), join(folder, 'checks.ts')],
      { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [output, errors] = ['', '']
    child.stdout.on('data', (part) => {
      output += part
    })
    child.stderr.on('data', (part) => {
      errors += part
    })
    child.on('close', (code, signal) => {
      const lines = output.split('\n').filter((line) => line.startsWith('{'))
      const reports = lines.map((line) => JSON.parse(line) as Report)
      const last = reports.at(-1)
      const place =
        last !== undefined && 'check' in last ? `during "${last.check}"` : 'at its start'
      const fault =
        code === 0
          ? undefined
          : `the process of the checks ended ${place} by ${signal ?? `exit code ${code}`}:\n${errors.trim()}`
      resolve({ reports, fault })
    })
  })
