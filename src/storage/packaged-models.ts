/** The models that the package brings along, for programs that run elsewhere. */

import { type Files, joinPath } from './files.js'

/** The folder of such models, in a checkout and in the package. */
const shelf = 'pretrained'

/**
 * The same files, in which `pretrained/NAME` is the package's where the working folder has none of
 * that name. They are read from there; nothing is written to it, and it is in nobody's way.
 */
export const withPackagedModels = (files: Files, packageFolder: string): Files => {
  const locate = async (path: string): Promise<string> => {
    const [first, name] = path.split('/')
    if (first !== shelf || !name) return path
    // All of a folder or nothing, so that no model is put together from two.
    if ((await files.stat(joinPath(shelf, name))) !== undefined) return path
    const packaged = joinPath(packageFolder, path)
    return (await files.stat(packaged)) === undefined ? path : packaged
  }
  return {
    ...files,
    own: files,
    stat: async (path) => files.stat(await locate(path)),
    list: async (folder) => files.list(await locate(folder)),
    read: async (path) => files.read(await locate(path)),
    readRange: async (path, start, end) => files.readRange(await locate(path), start, end),
    sha256: async (path) => files.sha256(await locate(path)),
    readText: async (path) => files.readText(await locate(path)),
  }
}
