/** What a model writes in the course of a run, to look at. */

import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import type { LanguageConfig } from '../../generation/text/config.js'
import { createTextModel } from '../../generation/text/text-model.js'
import { createPairModel, type PairModelOptions } from '../../generation/text-pairs/pair-model.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { Sample } from '../run.js'

type Samples = (tensors: Tensors) => Promise<Record<string, Sample>>

/** Tokens of a text that goes on from a prompt. */
const sampleLength = 200

const rule = '\n\n---\n\n'

/** How a language model goes on from prompts. */
export const sampleTexts =
  (
    runtime: Runtime,
    { config, text }: { readonly config: LanguageConfig; readonly text: TextTokenizer },
    prompts: readonly string[],
  ): Samples =>
  async (tensors) => {
    if (prompts.length === 0 || !config.skills.includes('continue')) return {}
    const writer = await createTextModel({ runtime, config, tensors, text })
    try {
      const written: string[] = []
      for (const [index, prompt] of prompts.entries()) {
        let sample = prompt
        const pieces = writer.write(writer.promptOf(prompt), {
          maxTokens: sampleLength,
          seed: index,
          temperature: 0.8,
          shouldKeepEnd: true,
        })
        for await (const piece of pieces) sample += piece.text
        written.push(sample)
      }
      return { text: written.join(rule) }
    } finally {
      await writer.close()
    }
  }

/** A source as people read it, its ids, and the target that is wanted. */
export interface SampledPair {
  readonly shown: string
  readonly source: readonly number[]
  readonly wanted: string
}

/** What a model of text pairs writes from sources, beside what was wanted. */
export const samplePairs =
  (
    runtime: Runtime,
    parts: Pick<PairModelOptions, 'config' | 'text'>,
    pairs: readonly SampledPair[],
  ): Samples =>
  async (tensors) => {
    const writer = await createPairModel({ runtime, ...parts, tensors })
    try {
      const written: string[] = []
      for (const { shown, source, wanted } of pairs) {
        const { text } = await writer.writeWhole(source, { beams: 1 })
        written.push(`${shown}\n= ${text}\n(${wanted})`)
      }
      return { text: written.join(rule) }
    } finally {
      await writer.close()
    }
  }
