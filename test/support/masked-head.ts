/** BERT's head for masked tokens (Devlin et al. 2019), with random weights, and in float64. */

import type { Files } from '../../src/storage/files.js'
import { readSafetensors, writeSafetensors } from '../../src/storage/safetensors.js'
import { randomRows, rowsOf } from './rows.js'

const prefix = 'cls.predictions'
const table = 'embeddings.word_embeddings.weight'

/** erf by Simpson's rule. */
const erf = (x: number): number => {
  const steps = 2000
  const at = (step: number) => Math.exp(-(((step * x) / steps) ** 2))
  let sum = at(0) + at(steps)
  for (let step = 1; step < steps; step++) sum += (step % 2 === 0 ? 2 : 4) * at(step)
  return ((2 / Math.sqrt(Math.PI)) * sum * x) / steps / 3
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, place) => sum + value * b[place]!, 0)

/**
 * Adds the head to the weights of a directory, whose other tensors get a prefix; gives the logits of
 * hidden states.
 */
export const addMaskedHead = async (files: Files, folder: string, start = '') => {
  const path = `${folder}/model.safetensors`
  const encoder = [...(await readSafetensors(files, path)).tensors]
  const words = rowsOf(encoder.find(([name]) => name === table)![1])
  const [vocabulary, width] = [words.length, words[0]!.length]
  const tensors = {
    [`${prefix}.transform.dense.weight`]: randomRows([width, width], 1),
    [`${prefix}.transform.dense.bias`]: randomRows([width], 2),
    [`${prefix}.transform.LayerNorm.weight`]: randomRows([width], 3),
    [`${prefix}.transform.LayerNorm.bias`]: randomRows([width], 4),
    [`${prefix}.bias`]: randomRows([vocabulary], 5),
  }
  await writeSafetensors(files, path, [
    ...encoder.map(([name, tensor]) => [`${start}${name}`, tensor] as const),
    ...Object.entries(tensors),
  ])
  const [weight, ...vectors] = Object.values(tensors).map(rowsOf)
  const [bias, scale, shift, scoreBias] = vectors.map(([row]) => row!)
  return (states: readonly (readonly number[])[]): number[][] =>
    states.map((state) => {
      const active = weight!.map((row, place) => {
        const x = dot(row, state) + bias![place]!
        return 0.5 * x * (1 + erf(x / Math.SQRT2))
      })
      const mean = active.reduce((sum, x) => sum + x, 0) / width
      const variance = active.reduce((sum, x) => sum + (x - mean) ** 2, 0) / width
      const normed = active.map(
        (x, place) => ((x - mean) / Math.sqrt(variance + 1e-12)) * scale![place]! + shift![place]!,
      )
      return words.map((row, id) => dot(row, normed) + scoreBias![id]!)
    })
}
