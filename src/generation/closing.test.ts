import { describe, expect, test } from 'vitest'
import { randomParameters } from '../../test/support/compute.js'
import { tinyImageTokenizer } from '../../test/support/tiny-image-tokenizer.js'
import { tinyPairModel } from '../../test/support/tiny-pair-model.js'
import { tinyTextImage } from '../../test/support/tiny-text-image.js'
import { tinyTextModel } from '../../test/support/tiny-text-model.js'
import { watchRuntime } from '../../test/support/watched-runtime.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { createTextScorer } from './text/score-text.js'
import { createTextModel } from './text/text-model.js'
import { textClassificationSchema, textClassifierOf } from './text-classification/config.js'
import { createLabelScorer } from './text-classification/label-scorer.js'
import { loadNetwork } from './text-image/loaded-network.js'
import { createPairModel } from './text-pairs/pair-model.js'

const runtime = createInlineRuntime({ threads: 1 })

/** Something that was opened, and work for which it needs all of its programs. */
interface AtWork {
  work(): Promise<unknown>
  close(): Promise<void>
}

const writing = async (model: {
  write(ids: readonly number[], options: object): AsyncGenerator
  close(): Promise<void>
}): Promise<AtWork> => ({
  async work() {
    for await (const _ of model.write([4, 5, 6], { maxTokens: 3, beams: 1 }));
  },
  close: () => model.close(),
})

const cases: Readonly<Record<string, (runtime: Runtime) => Promise<AtWork>>> = {
  'a language model that writes': async (runtime) => writing((await tinyTextModel(runtime)).model),
  'a language model that reads': async (runtime) => {
    const { model } = await tinyTextModel(runtime)
    const work = async () => [await model.states([4, 5]), await model.scoresAt([4, 5], 1)]
    return { work, close: model.close }
  },
  'an encoder-decoder': async (runtime) => writing((await tinyPairModel(runtime)).model),
  'a decoder of pairs': async (runtime) =>
    writing((await tinyPairModel(runtime, { kind: 'decoder-only' })).model),
  'a scorer of texts': async (runtime) => {
    const { config, tensors, model } = await tinyTextModel(runtime)
    await model.close()
    const scorer = await createTextScorer({ runtime, config, tensors })
    return { work: () => scorer.score([{ ids: [4, 5, 6], from: 1 }]), close: scorer.close }
  },
  'a scorer of labels': async (runtime) => {
    const { config: language, model } = await tinyTextModel(runtime)
    await model.close()
    const config = textClassificationSchema.parse({
      task: 'text-classification',
      ...{ network: language.network, tokens: language.tokens, labels: ['a', 'b'] },
    })
    const scorer = createLabelScorer({ runtime, config })
    await scorer.write(randomParameters(textClassifierOf(config).parameters))
    return { work: () => scorer.score([{ ids: [4, 5] }]), close: scorer.close }
  },
  'a network of words and pictures': async (runtime) => {
    const { config, tensors } = tinyTextImage()
    const network = await loadNetwork(runtime, config, tensors)
    const work = async () => {
      const decoder = await network.decoder('drawing', 1, 1)
      await decoder.start([1, 6, 0, 0, 4])
    }
    return { work, close: network.close }
  },
  'an image tokenizer': async (runtime) => {
    const tokenizer = await tinyImageTokenizer(runtime)
    const pixels = new Uint8Array(8 * 8 * 3)
    return { work: async () => tokenizer.decode(await tokenizer.encode(pixels)), ...tokenizer }
  },
}

describe('whichever program cannot be made, nothing stays open:', () => {
  test.each(Object.keys(cases))('%s', async (name) => {
    const failures: { program?: number } = {}
    let failed = 0
    for (;;) {
      const watched = watchRuntime(runtime, failures)
      failures.program = failed + 1
      const atWork = await cases[name]!(watched)
      const error = await atWork.work().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      await atWork.close()
      expect(watched.open()).toEqual({ buffers: 0, programs: 0 })
      if (error === undefined) break
      expect(`${error}`).toContain('the program fails on purpose')
      failed++
    }
    expect(failed).toBeGreaterThan(0)
  })
})

test('a model that cannot be made of its configuration leaves nothing open', async () => {
  const watched = watchRuntime(runtime)
  const refuse = {
    get: () => {
      throw new Error('there are no defaults')
    },
  }
  const language = await tinyTextModel(watched)
  const pairs = await tinyPairModel(watched)
  await language.model.close()
  await pairs.model.close()
  Object.defineProperty(language.config, 'defaults', refuse)
  Object.defineProperty(pairs.config, 'defaults', refuse)
  const parts = { runtime: watched }
  await expect(createTextModel({ ...language, ...parts })).rejects.toThrow('no defaults')
  await expect(createPairModel({ ...pairs, ...parts })).rejects.toThrow('no defaults')
  expect(watched.open()).toEqual({ buffers: 0, programs: 0 })
})

/** Takes all pieces, or the first alone. */
const readPieces = async (pieces: AsyncIterable<unknown>, isWhole = true): Promise<void> => {
  for await (const _ of pieces) if (!isWhole) return
}

test.each([
  ['language model', async (watched: Runtime) => (await tinyTextModel(watched)).model],
  ['encoder-decoder', async (watched: Runtime) => (await tinyPairModel(watched)).model],
])(
  'texts of a %s share what they are written with, also those that are left early',
  async (_, open) => {
    const watched = watchRuntime(runtime)
    const model = await open(watched)
    const write = () => model.write([4, 5, 6], { maxTokens: 6, beams: 1 })
    await readPieces(write())
    const { programs } = watched.open()
    for (const isWhole of [true, false, false, true]) {
      await readPieces(write(), isWhole)
      expect(watched.open().programs).toBe(programs)
    }
    await model.close()
  },
)
