/** What is said where a folder is named in the place of a file. */

import { baseName, type Files } from '../../storage/files.js'

/** `texts: expected a table, found a folder; name a file in it, such as texts/a.csv`. */
export const describeNamedFolder = async (
  files: Files,
  folder: string,
  { expected, ending }: { readonly expected: string; readonly ending: RegExp },
): Promise<string> => {
  const inside = (await files.list(folder)).filter(({ kind }) => kind === 'file')
  const fitting = inside.find(({ path }) => ending.test(baseName(path)))
  const mend =
    fitting === undefined ? 'there is none in it' : `name a file in it, such as ${fitting.path}`
  return `${folder}: expected ${expected}, found a folder; ${mend}`
}
