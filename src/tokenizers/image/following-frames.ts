/**
 * The pixel ends of the network for the frames of a clip after the first. They are seen beside the
 * first frame and the one before, and drawn over both: each pixel is one of theirs or a new one, as
 * masks say (after Vondrick et al. 2016, who so keep a background), so that what stands still is as
 * good and as still as it was, and what has moved is drawn once. No gradient passes to earlier frames:
 * before the masks are learned the first would become a mean of all.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  add,
  concat,
  mul,
  reshape,
  sigmoid,
  split,
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

/** What a frame is seen as: its colours, and how they differ from the first frame and the one before. */
const views = 3

/** The masks of a frame: where it is new, and where the rest is of the frame before, not of the first. */
const masks = 2

const patchesOf = ({ size, followingPatch }: ClipLayout) => ({ size, patch: followingPatch })

/** Takes apart along an axis what stands there one by one. */
const splitOne = (x: Value, axis: number): readonly Value[] =>
  split(x, { axis, sizes: Array.from({ length: x.shape[axis]! }, () => 1) })

/**
 * Frames, and how they differ from earlier ones, to hidden states: first [batch, pixels], following
 * [batch · frames, pixels] → [batch · frames · patches, width].
 */
export const followingInput = (options: FollowingOptions) => {
  const { followingPatch, width } = options
  const patchPixels = followingPatch * followingPatch * colours
  const project = affine({ inputs: views * patchPixels, outputs: width })
  return defineLayer('followingInput', {
    parameters: project.parameters,
    apply: (values, first: Value, following: Value) => {
      const [batch, pixels] = ofRank(first.shape, 2)
      const byClip = reshape(following, { shape: [batch, -1, pixels] })
      const beginning = reshape(first, { shape: [batch, 1, pixels] })
      const frames = byClip.shape[1]!
      const [earlier] = split(concat(beginning, byClip, { axis: 1 }), {
        axis: 1,
        sizes: [frames, 1],
      })
      const patches = [byClip, sub(byClip, beginning), sub(byClip, earlier!)].map((view) =>
        cutPatches(reshape(view, { shape: [-1, pixels] }), patchesOf(options)),
      )
      return project.apply(values, concat(...patches, { axis: 1 }))
    },
  })
}

/**
 * Hidden states to frames that are drawn over earlier ones: first [batch, 3, size, size], states [batch
 * · frames · patches, width] → [batch · frames, 3 · size · size]. A patch has more pixels than a state
 * has numbers, so it is made of many more pieces than a matrix alone could choose from.
 */
export const followingOutput = (options: FollowingOptions) => {
  const { size, followingPatch, width } = options
  const patchSize = followingPatch * followingPatch
  const hidden = affine({ inputs: width, outputs: 4 * width })
  const pixels = affine({ inputs: 4 * width, outputs: patchSize * colours })
  const mask = affine({ inputs: 4 * width, outputs: patchSize * masks })
  return defineLayer('followingOutput', {
    parameters: {
      hidden: hidden.parameters,
      pixels: pixels.parameters,
      mask: mask.parameters,
    },
    apply: (values, first: Value, states: Value) => {
      const batch = first.shape[0]!
      const pieces = squaredRelu(hidden.apply(values.hidden, states))
      const framesOf = (patches: Value, channels: number) =>
        splitOne(
          reshape(pastePatches(patches, patchesOf(options), channels), {
            shape: [batch, -1, channels, size * size],
          }),
          1,
        )
      const fresh = framesOf(pixels.apply(values.pixels, pieces), colours)
      const shares = framesOf(sigmoid(mask.apply(values.mask, pieces)), masks)
      const beginning = reshape(stopGradient(first), { shape: [batch, 1, colours, size * size] })
      let before = beginning
      const drawn = fresh.map((own, frame) => {
        const [isNew, isBefore] = splitOne(shares[frame]!, 2)
        const kept = mix(beginning, before, isBefore!)
        const made = mix(kept, own, isNew!)
        before = stopGradient(made)
        return made
      })
      return reshape(concat(...drawn, { axis: 1 }), { shape: [-1, colours * size * size] })
    },
  })
}

/** Of one picture, and by a share in each pixel of another. */
const mix = (one: Value, other: Value, share: Value): Value => add(one, mul(share, sub(other, one)))
