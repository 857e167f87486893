/** A classifier of texts at work: texts in, the probabilities of their labels out. */

import { createGraph } from '../../engine/graph/graph.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { parameterInputs } from '../../network/parameters.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import {
  type ClassifierShape,
  classifierFeeds,
  classifierInput,
  readText,
} from './classifier-input.js'
import { type TextClassificationConfig, textClassifierOf } from './config.js'
import { createGramScorer, type GramClassifier } from './linear-classifier.js'
import { vote } from './vote.js'

/** What a text was taken for. */
export interface ClassifiedText {
  /** In the order of the configuration's labels; they add up to 1. */
  readonly probabilities: readonly number[]
  /** Whether the text was longer than the context, and only its beginning was read. */
  readonly isCut: boolean
}

export interface TextClassifierModel {
  readonly config: TextClassificationConfig
  readonly text: TextTokenizer
  /** Throws DataError for a text without anything in it. */
  classify(
    texts: readonly string[],
    options?: { readonly onProgress?: (done: number, total: number) => void },
  ): Promise<ClassifiedText[]>
  close(): Promise<void>
}

export interface TextClassifierOptions {
  readonly runtime: Runtime
  readonly config: TextClassificationConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
  /** What has a say beside the network, where the configuration has n-grams. */
  readonly grams?: GramClassifier
}

/** Lengths of rows are multiples of this, so that few programs serve all texts. */
const timeStep = 16
/** Texts that are read at once. */
const largestBatch = 32

export const createTextClassifier = async ({
  runtime,
  config,
  tensors,
  text: tokenizer,
  grams,
}: TextClassifierOptions): Promise<TextClassifierModel> => {
  const model = textClassifierOf(config)
  const scoreGrams =
    grams === undefined || config.ngrams === undefined
      ? undefined
      : createGramScorer(grams, config.ngrams)
  const buffers = await runtime.createBuffers(tensors)
  const programs = new Map<string, Promise<Program>>()

  const programFor = (shape: ClassifierShape): Promise<Program> => {
    const key = `${shape.batch} ${shape.time}`
    const known = programs.get(key)
    if (known !== undefined) return known
    const { values } = parameterInputs(model.parameters)
    const scores = model.score(values, classifierInput(shape), { batch: shape.batch })
    const program = runtime.createProgram(createGraph({ scores }), { buffers })
    programs.set(key, program)
    return program
  }

  const timeOf = (ids: readonly number[]): number =>
    Math.min(config.network.context, Math.ceil(ids.length / timeStep) * timeStep)

  return {
    config,
    text: tokenizer,
    async classify(texts, { onProgress } = {}) {
      const read = texts.map((text, index) => {
        if (text.trim() !== '') return { index, ...readText(text, tokenizer, config) }
        throw new DataError(`text ${index + 1} of ${texts.length} is empty; leave it out`)
      })
      const found: ClassifiedText[] = []
      // Texts of like length together, so that little of a batch is padding.
      const waiting = read.toSorted((a, b) => a.ids.length - b.ids.length)
      let done = 0
      while (done < waiting.length) {
        const time = timeOf(waiting[done]!.ids)
        const chunk = waiting
          .slice(done, done + largestBatch)
          .filter(({ ids }) => timeOf(ids) === time)
        const shape = { batch: chunk.length === 1 ? 1 : largestBatch, time }
        const program = await programFor(shape)
        const feeds = classifierFeeds(
          chunk.map(({ ids }) => ids),
          shape,
          config,
        )
        const scores = numbersOf((await program.run(feeds)).scores!)
        const { length } = config.labels
        for (const [row, { index, isCut }] of chunk.entries()) {
          const own = scores.slice(row * length, (row + 1) * length)
          found[index] = {
            probabilities: vote(own, scoreGrams?.(texts[index]!)).map(Math.exp),
            isCut,
          }
        }
        done += chunk.length
        onProgress?.(done, waiting.length)
      }
      return found
    },
    async close() {
      for (const program of programs.values()) await (await program).close()
      await buffers.close()
    },
  }
}
