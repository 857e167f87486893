/**
 * The pixel ends of the network for the frames of a clip after the first. They are seen beside the
 * first frame, and drawn over it: each pixel is the first frame's or a new one, as a mask says
 * (after Vondrick et al. 2016, who so keep a background), so that what stands still is as good and
 * as still as the first frame. No gradient passes from them to it: before the masks are learned it
 * would become a mean of all frames.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  add,
  concat,
  mul,
  reshape,
  sigmoid,
  squaredRelu,
  stopGradient,
  sub,
} from '../../engine/operations/index.js'
import { ofRank } from '../../engine/tensor/shape.js'
import { affine } from '../../network/layers/index.js'
import { defineLayer } from '../../network/layers/layer.js'
import type { ClipLayout } from './clip-layout.js'
import { colours, cutPatches, pastePatches } from './patches.js'

interface FollowingOptions extends ClipLayout {
  readonly width: number
}

const patchesOf = ({ size, followingPatch }: ClipLayout) => ({ size, patch: followingPatch })

/**
 * Frames, and how they differ from the first, to hidden states: first [batch, pixels], following
 * [batch · frames, pixels] → [batch · frames · patches, width].
 */
export const followingInput = (options: FollowingOptions) => {
  const { followingPatch, width } = options
  const patchPixels = followingPatch * followingPatch * colours
  const project = affine({ inputs: 2 * patchPixels, outputs: width })
  return defineLayer('followingInput', {
    parameters: project.parameters,
    apply: (values, first: Value, following: Value) => {
      const [batch, pixels] = ofRank(first.shape, 2)
      const byClip = reshape(following, { shape: [batch, -1, pixels] })
      const change = sub(byClip, reshape(first, { shape: [batch, 1, pixels] }))
      const patches = [byClip, change].map((frames) =>
        cutPatches(reshape(frames, { shape: [-1, pixels] }), patchesOf(options)),
      )
      return project.apply(values, concat(...patches, { axis: 1 }))
    },
  })
}

/**
 * Hidden states to frames that are drawn over the first: first [batch, 3, size, size], states [batch
 * · frames · patches, width] → [batch · frames, 3 · size · size]. A patch has more pixels than a state
 * has numbers, so it is made of many more pieces than a matrix alone could choose from.
 */
export const followingOutput = (options: FollowingOptions) => {
  const { size, followingPatch, width } = options
  const patchSize = followingPatch * followingPatch
  const hidden = affine({ inputs: width, outputs: 4 * width })
  const pixels = affine({ inputs: 4 * width, outputs: patchSize * colours })
  const mask = affine({ inputs: 4 * width, outputs: patchSize })
  return defineLayer('followingOutput', {
    parameters: {
      hidden: hidden.parameters,
      pixels: pixels.parameters,
      mask: mask.parameters,
    },
    apply: (values, first: Value, states: Value) => {
      const batch = first.shape[0]!
      const pieces = squaredRelu(hidden.apply(values.hidden, states))
      const frames = (patches: Value, channels: number) =>
        reshape(pastePatches(patches, patchesOf(options), channels), {
          shape: [batch, -1, channels, size * size],
        })
      const fresh = frames(pixels.apply(values.pixels, pieces), colours)
      const share = frames(sigmoid(mask.apply(values.mask, pieces)), 1)
      const kept = reshape(stopGradient(first), { shape: [batch, 1, colours, size * size] })
      const drawn = add(kept, mul(share, sub(fresh, kept)))
      return reshape(drawn, { shape: [-1, colours * size * size] })
    },
  })
}
