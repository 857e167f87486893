/** The keys of a Transformer that recipes have in common, and what follows where some are left out. */

import { z } from 'zod'
import { activations } from '../../network/layers/index.js'
import { headsOfWidth, widthOfDepth } from '../depth.js'

const count = z.int().positive()
const headWidth = 64

/** Keys of every network; the default depth, and what it counts. */
export const networkKeys = (depth: number, counted = 'blocks') => ({
  depth: count
    .max(256)
    .default(depth)
    .describe(`${counted}; the one dial, from which the rest follows`),
  width: count.max(8192).optional().describe('size of the hidden states; by default 64 · depth'),
  heads: count.max(256).optional().describe('attention heads; by default width / 64'),
  activation: z
    .enum(activations)
    .default('squared-relu')
    .describe('what the position-wise layers compute'),
})

export const keyValueHeadsKey = count
  .max(256)
  .optional()
  .describe('heads of keys and values, each shared by several queries; by default heads')

export const tiedHeadKey = (isTied: boolean) =>
  z
    .boolean()
    .default(isTied)
    .describe('whether the scores of ids are products with their embeddings')

interface Sizes {
  readonly depth: number
  readonly width?: number | undefined
  readonly heads?: number | undefined
}

/** Fills in the width and the heads. */
export const withSizes = <Network extends Sizes>(network: Network) => {
  const { depth, width = widthOfDepth(depth), heads = headsOfWidth(width, headWidth) } = network
  return { ...network, width, heads }
}

/** Fills in the heads of keys and values as well. */
export const withAllHeads = <
  Network extends Sizes & { readonly keyValueHeads?: number | undefined },
>(
  network: Network,
) => {
  const sized = withSizes(network)
  return { ...sized, keyValueHeads: network.keyValueHeads ?? sized.heads }
}
