/** How likely a language model finds texts: the log-probability of what follows a prompt. */

import { createGraph, input } from '../../engine/graph/graph.js'
import { crossEntropy, mul, neg, reshape, sum } from '../../engine/operations/index.js'
import { openOnce } from '../../engine/runtime/open-once.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { parameterInputs } from '../../network/parameters.js'
import { type LanguageConfig, languageModelOf } from './config.js'

/** Ids of which those from a place on are to be scored; a first id has nothing to follow. */
export interface ScoredIds {
  readonly ids: readonly number[]
  readonly from: number
}

export interface TextScorer {
  /** In nats; of ids beyond the context the first are left out. */
  score(rows: readonly ScoredIds[]): Promise<number[]>
  close(): Promise<void>
}

/** Lengths of rows are multiples of this, so that few programs serve all texts. */
const timeStep = 32
const batch = 8

export const createTextScorer = async ({
  runtime,
  config,
  tensors,
}: {
  readonly runtime: Runtime
  readonly config: LanguageConfig
  readonly tensors: Tensors
}): Promise<TextScorer> => {
  const model = languageModelOf(config)
  const { context } = config.network
  const { pad } = config.tokens
  const buffers = await runtime.createBuffers(tensors)
  const programs = openOnce<Program>()

  const build = (time: number): Promise<Program> => {
    const { values } = parameterInputs(model.parameters)
    const shape = [batch * time]
    const row = (name: string) => input(name, { dtype: 'int32', shape })
    // Padding stands behind the text, where nothing of it looks.
    const states = model.read(values, { ids: row('ids') }, { batch, sight: 'causal' })
    const losses = crossEntropy(model.score(values, states), row('labels'))
    const counted = mul(losses, input('weights', { dtype: 'float32', shape }))
    const sums = neg(sum(reshape(counted, { shape: [batch, time] }), { axes: [1] }))
    return runtime.createProgram(createGraph({ sums }), { buffers })
  }

  return {
    async score(rows) {
      const kept = rows.map(({ ids, from }) => {
        const cut = Math.max(0, ids.length - context - 1)
        return { ids: ids.slice(cut), from: Math.max(1, from - cut) }
      })
      const scores: number[] = []
      for (let first = 0; first < kept.length; first += batch) {
        const chunk = kept.slice(first, first + batch)
        const longest = Math.max(...chunk.map(({ ids }) => ids.length - 1), 1)
        const time = Math.min(context, Math.ceil(longest / timeStep) * timeStep)
        const ids = new Int32Array(batch * time).fill(pad)
        const labels = new Int32Array(batch * time).fill(pad)
        const weights = new Float32Array(batch * time)
        chunk.forEach((row, index) => {
          for (let place = 0; place + 1 < row.ids.length; place++) {
            ids[index * time + place] = row.ids[place]!
            labels[index * time + place] = row.ids[place + 1]!
            weights[index * time + place] = place + 1 >= row.from ? 1 : 0
          }
        })
        const program = await programs.get(`${time}`, () => build(time))
        const found = await program.run({
          ids: tensorOf('int32', ids),
          labels: tensorOf('int32', labels),
          weights: tensorOf('float32', weights),
        })
        scores.push(...numbersOf(found.sums!).slice(0, chunk.length))
      }
      return scores
    },
    async close() {
      await programs.close()
      await buffers.close()
    },
  }
}
