/** What tests of data sources share: files in memory, and all examples and faults at once. */

import type { Example } from '../../src/data/example.js'
import { type Fault, printFault, type SourceContext } from '../../src/data/source.js'
import type { Files } from '../../src/storage/files.js'
import { createMemoryFiles } from './memory-files.js'
import { grayMedia } from './pictures.js'

/** A file system in memory that holds these files. */
export const filesOf = async (
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<Files> => {
  const files = createMemoryFiles()
  for (const [path, content] of Object.entries(contents)) await files.write(path, content)
  return files
}

/** A context without packages that throws the first fault. */
export const contextOf = (files: Files): SourceContext => ({
  files,
  media: grayMedia(),
  packageFolder: async () => undefined,
})

/** All examples, and the faults as printed lines. */
export const readAll = async (
  open: (context: SourceContext) => AsyncIterable<Example>,
  files: Files,
): Promise<{ examples: Example[]; faults: string[] }> => {
  const faults: Fault[] = []
  const examples: Example[] = []
  const context = { ...contextOf(files), onFault: (fault: Fault) => faults.push(fault) }
  for await (const example of open(context)) examples.push(example)
  return { examples, faults: faults.map(printFault) }
}

/** Files of which one is said to have a gibibyte, and may not be read. */
export const withHugeFile = (files: Files, huge: string): Files => ({
  ...files,
  stat: async (path) => {
    const entry = await files.stat(path)
    return entry !== undefined && path === huge ? { ...entry, size: 2 ** 30 } : entry
  },
  read: async (path) => {
    if (path === huge) throw new Error(`${path} was read`)
    return files.read(path)
  },
})
