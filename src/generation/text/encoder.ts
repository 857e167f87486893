/** Reads whole texts at once: the hidden states of their tokens, and what masked tokens may be. */

import { createGraph, input } from '../../engine/graph/graph.js'
import { gather } from '../../engine/operations/index.js'
import { openOnce } from '../../engine/runtime/open-once.js'
import type { Buffers, Program, Runtime } from '../../engine/runtime/runtime.js'
import { ofDtype, tensorOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { parameterInputs } from '../../network/parameters.js'
import { roundUp } from '../decoding/round-up.js'
import { type LanguageConfig, languageModelOf } from './config.js'

export interface Encoder {
  /** Hidden states of a text's tokens, [tokens · width]. Throws DataError where it is too long. */
  states(ids: readonly number[]): Promise<Float32Array>
  /** Scores of all ids for the token at a place. Throws DataError where the text is too long. */
  scoresAt(ids: readonly number[], place: number): Promise<Float32Array>
  close(): Promise<void>
}

/** Texts are padded to multiples of this, so that few programs serve all. */
const lengthStep = 32

export const createEncoder = ({
  runtime,
  config,
  buffers,
}: {
  readonly runtime: Runtime
  readonly config: LanguageConfig
  /** They hold the parameters. */
  readonly buffers: Buffers
}): Encoder => {
  const { context, width } = config.network
  const model = languageModelOf(config)
  const programs = openOnce<Program>()

  const build = (kind: 'states' | 'scores', time: number): Promise<Program> => {
    const { values } = parameterInputs(model.parameters)
    const rows = (name: string) => input(name, { dtype: 'int32', shape: [time] })
    const states = model.read(
      values,
      { ids: rows('ids'), documents: rows('documents') },
      { batch: 1, sight: config.skills.includes('fill') ? 'bidirectional' : 'causal' },
    )
    if (kind === 'states') return runtime.createProgram(createGraph({ states }), { buffers })
    const place = input('place', { dtype: 'int32', shape: [1] })
    const scores = model.score(values, gather(states, place))
    return runtime.createProgram(createGraph({ scores }), { buffers })
  }

  const programFor = (kind: 'states' | 'scores', time: number): Promise<Program> =>
    programs.get(`${kind} ${time}`, () => build(kind, time))

  /** The length that a text is padded to, and the feeds of its tokens. */
  const prepare = (ids: readonly number[]) => {
    if (ids.length === 0) {
      throw new DataError('the text is empty: give the text that is to be read')
    }
    if (ids.length > context) {
      throw new DataError(
        `the text: expected at most ${context} tokens, the model’s context, got ${ids.length}. ` +
          'Shorten it, or read it in parts',
      )
    }
    const time = Math.min(context, roundUp(ids.length, lengthStep))
    const padding = new Array<number>(time - ids.length)
    return {
      time,
      feeds: {
        ids: tensorOf('int32', [...ids, ...padding.fill(config.tokens.pad)]),
        // Padding is another document, which the text does not see.
        documents: tensorOf('int32', [...ids.map(() => 1), ...padding.map(() => 0)]),
      },
    }
  }

  return {
    async states(ids) {
      const { time, feeds } = prepare(ids)
      const { states } = await (await programFor('states', time)).run(feeds)
      return ofDtype(states!, 'float32').data.slice(0, ids.length * width)
    },
    async scoresAt(ids, place) {
      const { time, feeds } = prepare(ids)
      const program = await programFor('scores', time)
      const { scores } = await program.run({ ...feeds, place: tensorOf('int32', [place]) })
      return ofDtype(scores!, 'float32').data
    },
    close: programs.close,
  }
}
