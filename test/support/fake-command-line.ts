/** The command line in a test: outputs are texts, files are in memory, and the library is faked. */

import type { CommandLineEnvironment } from '../../src/cli/environment.js'
import type { Library } from '../../src/cli/library.js'
import { runCommandLine } from '../../src/cli/run-command-line.js'
import { createNodeMedia } from '../../src/platform/node/media.js'
import { createMemoryFiles } from './memory-files.js'

const missing = (name: string) => async (): Promise<never> => {
  throw new Error(`the test does not expect ${name} to be called`)
}

export const createFakeCommandLine = (library: Partial<Library> = {}) => {
  const files = createMemoryFiles()
  const listeners = new Set<() => void>()
  const written = { stdout: '', stderr: '' }
  const outputTo = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text
    },
    isTTY: false,
    columns: 80,
  })
  const environment: CommandLineEnvironment = {
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    openLines: () => {
      throw new Error('the test does not expect lines to be read')
    },
    variables: {},
    platform: {
      versions: { tesserae: '1.2.3', onnxruntime: '1.30.0', node: '20.19.0' },
      files,
      media: createNodeMedia(),
      createRuntime: () => {
        throw new Error('the test does not expect a runtime to be created')
      },
      packageFolder: async () => undefined,
    },
    library: {
      train: missing('train'),
      openModel: missing('openModel'),
      openClipModel: missing('openClipModel'),
      findTask: async () => 'text-classification',
      openTextModel: missing('openTextModel'),
      openPromptWriter: missing('openPromptWriter'),
      openClassifier: missing('openClassifier'),
      evaluate: missing('evaluate'),
      findTokenizer: async () => undefined,
      findStart: async () => undefined,
      prepare: missing('prepare'),
      countExamples: async () => undefined,
      countTexts: async () => undefined,
      measureSpeed: async () => 150e9,
      ...library,
    },
    dataFolder: 'data',
    recipesFolder: 'package/recipes',
    now: () => 0,
    memoryInUse: () => 1.2e9,
    onInterrupt: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    files,
    environment,
    /** What Ctrl-C does. */
    interrupt: () => {
      for (const listener of listeners) listener()
    },
    listeners,
    async run(...words: string[]) {
      written.stdout = ''
      written.stderr = ''
      const exitCode = await runCommandLine(words, environment)
      return { exitCode, ...written }
    },
  }
}
