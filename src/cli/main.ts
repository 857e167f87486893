#!/usr/bin/env node
/** The process around the command line: its outputs, signals, memory and exit code. */

import { fileURLToPath } from 'node:url'
import { createNodePlatform } from '../platform/node/platform.js'
import { bindLibrary } from './bind-library.js'
import { runCommandLine } from './run-command-line.js'
import { createLineReader } from './terminal/line-reader.js'
import type { Output } from './terminal/output.js'

/** The package's folder: this file is dist/cli/main.js in it. */
const packageFolder = new URL('../../', import.meta.url)

const pathInPackage = (name: string): string =>
  fileURLToPath(new URL(name, packageFolder)).replaceAll('\\', '/')

/** A press of Ctrl-C may come twice at once: from the terminal, and handed on by npx. */
const samePressMilliseconds = 500

const outputTo = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => {
    stream.write(text)
  },
  get isTTY() {
    return stream.isTTY === true
  },
  get columns() {
    return stream.columns
  },
})

// Whoever reads the output may stop before its end, as `head` does: that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

const platform = createNodePlatform()
const dataFolder = process.env.TESSERAE_DATA?.replaceAll('\\', '/') || 'data'

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  openLines: () =>
    createLineReader(
      process.stdin,
      process.stdout,
      process.stdin.isTTY === true && process.stdout.isTTY === true,
    ),
  variables: process.env,
  platform,
  library: bindLibrary(platform, {
    dataFolder,
    cacheFolder: '.cache/tesserae',
    pretrainedFolder: 'pretrained/emoji',
    pretrainedClipsFolder: 'pretrained/sprites',
  }),
  dataFolder,
  recipesFolder: pathInPackage('recipes'),
  now: () => performance.now(),
  memoryInUse: () => process.memoryUsage.rss(),
  onInterrupt(listener) {
    const signals = ['SIGINT', 'SIGTERM'] as const
    let asked: number | undefined
    const stopListening = () => {
      for (const signal of signals) process.off(signal, take)
    }
    const take = (signal: NodeJS.Signals) => {
      if (asked === undefined) {
        asked = performance.now()
        listener()
      } else if (performance.now() - asked > samePressMilliseconds) {
        // The second time the signal ends the process, as it does without a listener.
        stopListening()
        process.kill(process.pid, signal)
      }
    }
    for (const signal of signals) process.on(signal, take)
    return stopListening
  },
})
await platform.media.close()
