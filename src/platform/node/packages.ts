/** Where npm packages are installed, as Node's own resolution would look for them. */

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * The folder of an installed npm package: first as seen from the working folder, then as seen from
 * Tesserae itself; undefined where it is not installed. Packages need not export anything.
 */
export const findPackageFolder = async (name: string): Promise<string | undefined> => {
  const origins = [join(process.cwd(), 'package.json'), import.meta.url]
  const shelves = origins.flatMap((origin) => createRequire(origin).resolve.paths(name) ?? [])
  const folder = shelves
    .map((shelf) => join(shelf, name))
    .find((candidate) => existsSync(join(candidate, 'package.json')))
  return folder?.replaceAll('\\', '/')
}
