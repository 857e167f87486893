/**
 * Scores texts with a network whose weights may be written anew: at work they are written once, in
 * training at each measurement. Texts of like length are read together, in few programs.
 */

import { createGraph } from '../../engine/graph/graph.js'
import { openOnce } from '../../engine/runtime/open-once.js'
import type { Buffers, Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import type { TextClassifier } from '../../network/models/text-classifier.js'
import { type Bound, parameterInputs } from '../../network/parameters.js'
import {
  type ClassifierShape,
  classifierFeeds,
  classifierInput,
  labelRoomOf,
  type ReadText,
} from './classifier-input.js'
import { type TextClassificationConfig, textClassifierOf } from './config.js'
import { labelFeeds, scoreLabels } from './label-tokens.js'

export interface LabelScorerOptions {
  readonly runtime: Runtime
  readonly config: TextClassificationConfig
  /** What stands for the parameters in graphs; inputs of their names when left out. */
  readonly values?: Bound<TextClassifier['parameters']>
}

export interface LabelScorer {
  /** To be called before the first text is scored. */
  write(tensors: Tensors): Promise<void>
  /** For each text the scores of the labels, whose softmax is their probability. */
  score(
    texts: readonly ReadText[],
    onProgress?: (done: number, total: number) => void,
  ): Promise<number[][]>
  close(): Promise<void>
}

/** Lengths of rows are multiples of this, so that few programs serve all texts. */
const timeStep = 16
/** Rows that are read at once. */
const largestBatch = 32

export const createLabelScorer = ({
  runtime,
  config,
  values: given,
}: LabelScorerOptions): LabelScorer => {
  const { labelTokens, labels } = config
  const model = textClassifierOf(config)
  const values = given ?? parameterInputs(model.parameters).values
  const programs = openOnce<Program>()
  let buffers: Buffers | undefined
  // A text is a row of its own with each label where those are written.
  const most =
    labelTokens === undefined ? largestBatch : Math.max(1, Math.floor(largestBatch / labels.length))

  const build = (shape: ClassifierShape): Promise<Program> => {
    const scores =
      labelTokens === undefined
        ? model.score(values, classifierInput(shape, config), { batch: shape.batch })
        : scoreLabels(model, values, shape, { ...config, labelTokens })
    return runtime.createProgram(createGraph({ scores }), { buffers: buffers! })
  }

  const timeOf = ({ ids }: ReadText): number => {
    const tokens = ids.length + labelRoomOf(config)
    return Math.min(config.network.context, Math.ceil(tokens / timeStep) * timeStep)
  }

  return {
    async write(tensors) {
      if (buffers === undefined) buffers = await runtime.createBuffers(tensors)
      else await buffers.write(tensors)
    },
    async score(texts, onProgress) {
      const found: number[][] = []
      const waiting = texts
        .map((text, index) => ({ text, index, time: timeOf(text) }))
        .sort((a, b) => a.time - b.time)
      for (let done = 0; done < waiting.length; ) {
        const { time } = waiting[done]!
        const chunk = waiting.slice(done, done + most).filter((one) => one.time === time)
        const shape = { batch: chunk.length === 1 ? 1 : most, time }
        const rows = chunk.map(({ text }) => text)
        const feeds =
          labelTokens === undefined
            ? classifierFeeds(rows, shape, config)
            : labelFeeds(rows, shape, { ...config, labelTokens })
        const program = await programs.get(`${shape.batch} ${time}`, () => build(shape))
        const scores = numbersOf((await program.run(feeds)).scores!)
        for (const [row, { index }] of chunk.entries()) {
          found[index] = scores.slice(row * labels.length, (row + 1) * labels.length)
        }
        done += chunk.length
        onProgress?.(done, waiting.length)
      }
      return found
    },
    async close() {
      await programs.close()
      await buffers?.close()
    },
  }
}
