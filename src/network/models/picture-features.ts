/**
 * A small convolutional network that looks at pictures: its layers give the features of the
 * perceptual loss, its head tells exemplars apart (Dosovitskiy et al. 2014), or real from made.
 */

import type { Value } from '../../engine/graph/value.js'
import { add, averagePool, conv, mean, relu } from '../../engine/operations/index.js'
import { fanIn, zeros } from '../initializers.js'
import { affine, defineLayer } from '../layers/index.js'
import { parameter } from '../parameters.js'

export interface PictureFeaturesOptions {
  /** Filters of the convolutions; each is followed by pooling that halves the picture. */
  readonly filters: readonly number[]
}

/** Pictures [batch, 3, size, size] → one map [batch, filters, size / 2ᵏ, size / 2ᵏ] for each layer. */
export const pictureFeatures = ({ filters }: PictureFeaturesOptions) =>
  defineLayer('features', {
    parameters: filters.map((count, index) => ({
      weight: parameter([count, filters[index - 1] ?? 3, 3, 3], fanIn(Math.SQRT2)),
      bias: parameter([count, 1, 1]),
    })),
    apply: (layers, pictures: Value): readonly Value[] => {
      const maps: Value[] = []
      for (const { weight, bias } of layers) {
        const input = maps.at(-1) ?? pictures
        const filtered = relu(add(conv(input, weight, { padding: 1 }), bias))
        maps.push(averagePool(filtered, { size: 2 }))
      }
      return maps
    },
  })

/** Tells exemplars apart: pictures → scores [batch, classes]. */
export const exemplarClassifier = ({
  classes,
  ...options
}: PictureFeaturesOptions & { readonly classes: number }) => {
  const features = pictureFeatures(options)
  const head = affine({ inputs: options.filters.at(-1)!, outputs: classes })
  return defineLayer('classifier', {
    parameters: { features: features.parameters, head: head.parameters },
    apply: (values, pictures: Value) => {
      const last = features.apply(values.features, pictures).at(-1)!
      return head.apply(values.head, mean(last, { axes: [2, 3] }))
    },
  })
}

/** Tells real pictures from made ones, patch by patch: pictures → [batch, 1, rows, columns]. */
export const discriminator = (options: PictureFeaturesOptions) => {
  const features = pictureFeatures(options)
  return defineLayer('discriminator', {
    parameters: {
      features: features.parameters,
      head: parameter([1, options.filters.at(-1)!, 1, 1], zeros),
    },
    apply: ({ features: layers, head }, pictures: Value) =>
      conv(features.apply(layers, pictures).at(-1)!, head),
  })
}
