/**
 * Random numbers inside of a graph, as a function of a seed, a site and an element's place: a hash
 * in integers, so that every device and every run draws the same.
 */

import { ShapeError } from '../../../errors.js'
import { constant } from '../../graph/graph.js'
import { locateError } from '../../graph/scope.js'
import type { Value } from '../../graph/value.js'
import { hashOf } from '../../tensor/random.js'
import type { Shape } from '../../tensor/shape.js'
import { printType, tensorOf } from '../../tensor/tensor.js'
import { add } from '../primitive/add.js'
import { bitwiseXor } from '../primitive/bitwise-xor.js'
import { cast } from '../primitive/cast.js'
import { greaterOrEqual } from '../primitive/greater-or-equal.js'
import { mul } from '../primitive/mul.js'
import { reshape } from '../primitive/reshape.js'
import { shiftRight } from '../primitive/shift-right.js'
import { square } from './square.js'

interface Draw {
  readonly shape: Shape
  /** Which of a graph's draws this is: two draws of one site and seed are the same. */
  readonly site: string | number
}

/** Mixes a key into hashes, by the steps and constants of MurmurHash3's finalizer (Appleby). */
const mix = (hash: Value, key: Value | number): Value => {
  const spread = mul(bitwiseXor(hash, key), 0x85ebca6b)
  return mul(bitwiseXor(spread, shiftRight(spread, 15)), 0xc2b2ae35)
}

/**
 * Mixes keys into hashes by squaring (Widynski 2020): a third of the work, as both are random by
 * themselves; the upper bits alone are good, enough to compare them with a threshold.
 */
const mixUpperBits = (hash: Value, key: Value): Value => square(add(hash, key))

/** One axis after another, so that only the last one's mixing works on the whole tensor. */
const hashPlaces = (seed: Value, { shape, site }: Draw, mixLast: typeof mixUpperBits): Value => {
  if ((seed.dtype !== 'int32' && seed.dtype !== 'uint32') || seed.shape.length > 0) {
    const message = `expected a seed of type int32[] or uint32[], got ${printType(seed.type)}`
    throw locateError(new ShapeError(message), 'random')
  }
  const ones = shape.map(() => 1)
  const word = reshape(cast(seed, { to: 'uint32' }), { shape: ones })
  return shape.reduce(
    (hashes, size, axis) => {
      const places = Array.from({ length: size }, (_, place) => hashOf(0, 'axis', axis, place))
      const keys = constant(tensorOf('uint32', places, ones.with(axis, size)))
      return axis < shape.length - 1 ? mix(hashes, keys) : mixLast(hashes, keys)
    },
    mix(mix(word, hashOf(0, site)), 0),
  )
}

/**
 * Random uint32 numbers. The seed is an int32 or uint32 scalar, to be fed anew for every step; its
 * neighbours give unrelated numbers.
 */
export const randomBits = (seed: Value, draw: Draw): Value => hashPlaces(seed, draw, mix)

/** Random numbers evenly spread over 0 up to but not including 1, with 24 bits; float32. */
export const randomUniform = (seed: Value, draw: Draw): Value =>
  mul(cast(shiftRight(randomBits(seed, draw), 8), { to: 'float32' }), 2 ** -24)

interface Dropout extends Pick<Draw, 'site'> {
  /** The share of the elements that become 0. */
  readonly rate: number
}

/** x with a random share of its elements set to 0 and the others scaled up by as much. */
export const dropout = (x: Value, seed: Value, { rate, site }: Dropout): Value => {
  if (!(rate >= 0 && rate < 1)) {
    const message = `expected a rate from 0 up to but not including 1, got ${rate}`
    throw locateError(new ShapeError(message), 'dropout')
  }
  if (rate === 0) return x
  const threshold = Math.round(rate * 2 ** 32)
  const isKept = greaterOrEqual(hashPlaces(seed, { shape: x.shape, site }, mixUpperBits), threshold)
  return mul(x, mul(cast(isKept, { to: x.dtype }), 1 / (1 - rate)))
}
