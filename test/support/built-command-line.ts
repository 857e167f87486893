/** The built command line as processes of their own, in one working folder. `npm test` builds it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export interface Ended {
  /** Null where a signal ended the process. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly process: ChildProcess
  /** When standard error has had a text for so many times; or the process has ended. */
  hasSaid(text: string, times?: number): Promise<void>
  readonly ended: Promise<Ended>
}

export interface BuiltCommandLineOptions {
  readonly folder: string
  /** Environment variables, beside those that Node needs. */
  readonly variables?: Readonly<Record<string, string>>
}

export const createBuiltCommandLine = ({ folder, variables = {} }: BuiltCommandLineOptions) => {
  const start = (...words: readonly string[]): Started => {
    const { PATH = '', HOME = '' } = process.env
    const child = spawn(process.execPath, [main, ...words], {
      cwd: folder,
      env: { PATH, HOME, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const written = { stdout: '', stderr: '' }
    const listeners = new Set<() => void>()
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        written[name] += text
        for (const listen of listeners) listen()
      })
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...written }))
    })
    const hasSaid = (text: string, times = 1) =>
      Promise.race([
        ended.then(() => {}),
        new Promise<void>((resolve) => {
          const listen = () => {
            if (written.stderr.split(text).length > times) resolve()
          }
          listeners.add(listen)
          listen()
        }),
      ])
    return { process: child, hasSaid, ended }
  }
  return { start, run: (...words: readonly string[]) => start(...words).ended }
}
