import { describe, expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { foreignModel, readTokens } from '../../../test/support/foreign-models.js'
import { rowsOf } from '../../../test/support/rows.js'
import { tinyTextImage } from '../../../test/support/tiny-text-image.js'
import { standInsFor } from '../../engine/graph/free-dimension.js'
import { input } from '../../engine/graph/graph.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { languageNetwork } from '../../network/models/language-model.js'
import {
  captionPlaces,
  captionPositions,
  drawingPlaces,
  drawingPositions,
} from '../../network/models/text-image.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { promptIds } from '../../tokenizers/sequences.js'
import { importHuggingFace } from '../hugging-face/import.js'
import { createDecoder } from './decoder.js'

const runtime = createInlineRuntime({ threads: 1 })
const [bos, image, imageEnd] = [1, 3, 4]
const indexOfLargest = (row: readonly number[]) => row.indexOf(Math.max(...row))

/** What the decoder says of sequences, row by row: [step][sequence][id]. */
const decode = async (
  { network, vocabulary, config, tensors }: ReturnType<typeof tinyTextImage>,
  direction: 'drawing' | 'caption',
  prompts: readonly (readonly number[])[],
  continuations: readonly (readonly number[])[],
) => {
  const { layout } = config
  const isDrawing = direction === 'drawing'
  const buffers = await runtime.createBuffers(tensors)
  const decoder = await createDecoder({
    runtime,
    network,
    buffers,
    name: direction,
    batch: prompts.length,
    positions: isDrawing ? drawingPositions(layout) : captionPositions(layout),
    places: isDrawing ? drawingPlaces(layout) : captionPlaces(layout),
    pad: 0,
    range: isDrawing ? vocabulary.image : vocabulary.text,
  })
  const run = async () => {
    const steps = [await decoder.start(prompts.flat())]
    for (let step = 0; step < continuations[0]!.length; step++) {
      steps.push(await decoder.next(continuations.map((ids) => ids[step]!)))
    }
    return steps.map((scores) => {
      const size = scores.length / prompts.length
      return rowsOf(tensorOf('float32', scores, [prompts.length, size]))
    })
  }
  const first = await run()
  // The cache of a sequence that came before must not be seen.
  expect(await run()).toEqual(first)
  await decoder.close()
  return first
}

/** The same scores, from the whole sequences at once. */
const scoreAtOnce = async (
  { model, tensors }: ReturnType<typeof tinyTextImage>,
  direction: 'drawing' | 'caption',
  sequences: readonly (readonly number[])[],
) => {
  const batch = sequences.length
  const ids = tensorOf('int32', sequences.flat())
  const { values } = parameterInputs(model.parameters)
  const value = input('ids', ids)
  const scores =
    direction === 'drawing'
      ? model.scoreDrawing(values, value, { batch, isParallel: false })
      : model.scoreCaption(values, value, { batch })
  const rows = rowsOf((await compute(runtime, { scores }, { ids, ...tensors })).scores!)
  const count = rows.length / batch
  return Array.from({ length: count }, (_, step) =>
    sequences.map((_, sequence) => rows[sequence * count + step]!),
  )
}

describe.each([
  { what: 'as many keys as queries', options: {} },
  { what: 'keys shared by all heads', options: { heads: 4, keyValueHeads: 1 } },
  {
    what: 'gates, shared keys, a tied head and learned places',
    options: {
      heads: 4,
      keyValueHeads: 2,
      activation: 'swiglu',
      hasTiedHead: true,
      hasPlaces: true,
    },
  },
  {
    what: 'as many words as what stands in for any length',
    options: { vocabulary: { textPieces: standInsFor([], 1)[0]!, imageCodes: 17 } },
  },
] as const)('decoding with a cache gives the scores of whole sequences: $what', ({ options }) => {
  const tiny = tinyTextImage(options)
  const { layout } = tiny.config

  test('drawing, from prompts of several lengths', async () => {
    const prompts = [[6, 7, 8], [9], []].map((words) => promptIds(words, layout))
    const codes = [
      [14, 15, 16, 17, 18, 19],
      [30, 30, 29, 14, 20, 21],
      [22, 14, 23, 14, 24, 14],
    ]
    const cached = await decode(
      tiny,
      'drawing',
      prompts,
      codes.map((row) => row.slice(0, -1)),
    )
    const whole = await scoreAtOnce(
      tiny,
      'drawing',
      prompts.map((prompt, index) => [...prompt, ...codes[index]!]),
    )
    expect(cached).toHaveLength(6)
    for (const [step, rows] of cached.entries()) {
      for (const [sequence, row] of rows.entries()) {
        const expected = whole[step]![sequence]!
        expectClose(row, expected, { absolute: 1e-5, relative: 1e-5 }, `step ${step}`)
        expect(indexOfLargest(row)).toBe(indexOfLargest(expected))
      }
    }
  })

  test('captions', async () => {
    const prompts = [
      [bos, image, 14, 15, 16, 17, 18, 19, imageEnd],
      [bos, image, 30, 14, 30, 14, 20, 25, imageEnd],
    ]
    const words = [
      [6, 7, 8],
      [13, 6, 6],
    ]
    const cached = await decode(tiny, 'caption', prompts, words)
    const whole = await scoreAtOnce(
      tiny,
      'caption',
      prompts.map((prompt, index) => [...prompt, ...words[index]!]),
    )
    expect(cached).toHaveLength(4)
    for (const [step, rows] of cached.entries()) {
      for (const [sequence, row] of rows.entries()) {
        expectClose(row, whole[step]![sequence]!, { absolute: 1e-5, relative: 1e-5 })
      }
    }
  })
})

test('the token that pads may also be one of a prompt, where padding is said', async () => {
  const { files } = await foreignModel('hf-tiny-gpt2')
  const model = await importHuggingFace(files, 'hf-tiny-gpt2')
  const slots = [0, 1, 2, 3, 4, 5, 6, 7]
  const buffers = await runtime.createBuffers(model.tensors)
  const decoder = await createDecoder({
    runtime,
    network: languageNetwork(model.config.network),
    buffers,
    name: 'text',
    batch: 1,
    positions: slots.map((slot) => [slot]),
    places: slots,
    rotaryBase: null,
    isCausal: true,
    pad: 20,
    range: { start: 0, end: 21 },
  })
  const prompt = [20, 11, 20, 3]
  const { logits } = await readTokens(runtime, model, prompt)
  for (const padding of [0, 2]) {
    const padded = [...new Array<number>(padding).fill(20), ...prompt]
    expectClose(await decoder.start(padded, [padding]), logits.at(-1)!)
  }
  await decoder.close()
  await buffers.close()
})
