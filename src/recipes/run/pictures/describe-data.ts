/** What a finished model says about the data that it learned from. */

import type { PictureCache } from '../../../data/cache.js'
import { packageVersion } from '../../../data/emoji/prepare.js'
import { packagesOfStyles } from '../../../data/sources/emoji.js'
import { sha256Of } from '../../../storage/sha256.js'
import type { DataRecipe } from '../../schema/data.js'
import type { DataEnvironment, PreparedData } from './prepare-data.js'

/** JSON for a manifest: where the data comes from, how much it is, and a hash of all of it. */
export const describeData = async (
  { source }: DataRecipe,
  { cache, split }: PreparedData,
  environment: Pick<DataEnvironment, 'files' | 'packageFolder'>,
): Promise<Readonly<Record<string, unknown>>> => ({
  source,
  ...(source.kind === 'emoji'
    ? {
        packages: await Promise.all(
          packagesOfStyles(source.styles).map((name) => packageVersion(environment, name)),
        ),
      }
    : {}),
  size: cache.size,
  ...((cache.frames ?? 1) > 1 && { frames: cache.frames }),
  examples: {
    train: split.train.length,
    heldOut: split.heldOut.length,
    heldOutPairs: split.heldOutPairs.length,
  },
  sha256: await digestOf(cache),
})

/**
 * SHA-256 over what examples are made from, or over the ids, groups, styles and captions of all of them
 * and the hashes of their pixels.
 */
export const digestOf = async (cache: PictureCache): Promise<string> =>
  cache.digest?.() ?? digestOfExamples(cache)

const digestOfExamples = ({ examples }: PictureCache): Promise<string> => {
  // Lists: the order of an object's keys depends on whether the examples were made or read.
  const facts = examples.map(({ id, group, style = null, fingerprint, captions }) => [
    ...[id, group, style, fingerprint],
    captions.map(({ language, text, role = null }) => [language, text, role]),
  ])
  return sha256Of(JSON.stringify(facts))
}
