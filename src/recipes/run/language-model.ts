/** Prepares the run of a language model: its texts, its tokenizer and their tokens. */

import { printFault } from '../../data/source.js'
import type { Documents } from '../../data/text/document.js'
import { type DocumentSplit, splitAtEnd, splitDocuments } from '../../data/text/split-documents.js'
import { createTokenStream, type TokenStream } from '../../data/text/token-stream.js'
import { createWindows, type Windows } from '../../data/text/windows.js'
import { hashOf } from '../../engine/tensor/random.js'
import { DataError, RecipeError } from '../../errors.js'
import {
  endsOf,
  type LanguageConfig,
  languageModelOf,
  languageSchema,
} from '../../generation/text/config.js'
import { languageEntries, readLanguageModel } from '../../generation/text/model-folder.js'
import { joinPath } from '../../storage/files.js'
import { writeJson } from '../../storage/json.js'
import { openModelFolder } from '../../storage/model-folder.js'
import { printTokenizerJson, type TextTokenizer } from '../../tokenizers/text/index.js'
import { createLanguageTask, type RowSource } from '../../training/tasks/language-model.js'
import { mergeAdapters } from '../../training/tuning.js'
import type { LanguageModelRecipe } from '../tasks/language-model.js'
import { adapterOf } from './adapter.js'
import type { RunEnvironment } from './environment.js'
import { type PreparedTexts, prepareTexts } from './prepare-texts.js'
import type { PreparedRun } from './run-recipe.js'
import { textTokenizerName } from './text-image.js'
import { idOf, prepareTextTokenizer } from './text-tokenizer.js'
import { optimizerOf } from './training-options.js'

/** The file of a run's folder that tells what its texts are and what was left out of them. */
const textReportName = 'texts.json'

/** The texts of a recipe, divided, and what changes when they do. */
export const divideTexts = (
  { length, documents, key }: PreparedTexts,
  { data, seed }: LanguageModelRecipe,
): DocumentSplit & { key: string } => {
  const { share, from } = data.validation
  const split =
    from === 'end'
      ? splitAtEnd(documents, { share, characters: length })
      : splitDocuments(documents, { share, seed })
  return { ...split, key: hashOf(seed, key).toString(16) }
}

async function* textsOf(documents: Documents): AsyncGenerator<string> {
  for await (const { text } of documents()) yield text
}

/** How much text a stream holds, for a manifest. */
const describeStream = ({ documents, bytes, length }: TokenStream) => ({
  documents,
  bytes,
  tokens: length,
})

const rowsOf = (windows: Windows): RowSource => ({
  count: windows.count,
  read: async (row) => ({ ids: await windows.read(row) }),
})

/** The configuration of a new model. */
const configOf = (
  { model, objective }: LanguageModelRecipe,
  text: TextTokenizer,
  isOneText: boolean,
): LanguageConfig =>
  languageSchema.parse({
    task: 'language-model',
    network: {
      vocabularySize: text.vocabularySize,
      context: model.context,
      width: model.width,
      depth: model.depth,
      heads: model.heads,
      keyValueHeads: model.keyValueHeads,
      activation: model.activation,
      hasTiedHead: model.tiedHead,
    },
    tokens: {
      pad: idOf('<pad>'),
      mask: idOf('<mask>'),
      ...(isOneText ? {} : { bos: idOf('<bos>'), eos: idOf('<eos>') }),
    },
    skills: [
      ...(objective.nextToken > 0 ? ['continue'] : []),
      ...(objective.maskedSpans > 0 ? ['fill'] : []),
    ],
  })

export const prepareLanguageModel = async (
  recipe: LanguageModelRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { files, runtime, cacheFolder, onProgress } = environment
  const { seed, model, objective, training, data } = recipe
  const tuning = { tuning: recipe.tuning, frozen: recipe.frozen }
  const prepared = await prepareTexts(data, environment)
  await writeJson(files, joinPath(out, textReportName), prepared.report)
  const texts = divideTexts(prepared, recipe)
  const started =
    recipe.start === undefined
      ? undefined
      : await readLanguageModel(await openModelFolder(files, recipe.start))
  const text =
    started?.text ??
    (await prepareTextTokenizer(recipe.text, {
      texts: () => textsOf(texts.training),
      path: joinPath(out, textTokenizerName),
      environment,
    }))
  // One text from which the end was cut off has no other documents to be told from.
  const isOneText =
    data.documents === 'file' && data.validation.from === 'end' && !prepared.hasTables
  const config = started?.config ?? configOf(recipe, text, isOneText)
  if (objective.maskedSpans > 0 && config.tokens.mask === undefined) {
    throw new RecipeError(
      `objective.maskedSpans: expected 0, got ${objective.maskedSpans}; ${recipe.start} has no ` +
        'token for gaps. Train it to continue texts alone.',
    )
  }
  const { bos } = config.tokens
  const [eos] = endsOf(config)
  const marks = {
    ...(bos === undefined ? {} : { before: bos }),
    ...(eos === undefined ? {} : { after: eos }),
  }
  const streamOf = (part: 'training' | 'validation') =>
    createTokenStream({
      files,
      folder: joinPath(cacheFolder, `tokens-${texts.key}-${part}`),
      key: `${texts.key} ${hashOf(0, printTokenizerJson(text))}`,
      documents: texts[part],
      text,
      ...(isOneText ? {} : { surroundings: marks }),
      onProgress: ({ tokens }) => onProgress(`${part} tokens`, tokens),
    })
  const streams = { training: await streamOf('training'), validation: await streamOf('validation') }
  for (const [part, { length }] of Object.entries(streams)) {
    if (length > 1) continue
    const { documents, kept, faults } = prepared.report
    const [fault] = faults.first
    throw new DataError(
      `${[data.path].flat().join(', ')}: there is no text for the ${part} part; add texts, or ` +
        'change data.validation (its share, or "from: end" for few long texts)' +
        (kept < documents
          ? `; filters dropped ${documents - kept} of ${documents} documents`
          : '') +
        (fault === undefined ? '' : `; ${faults.count} with faults, first ${printFault(fault)}`),
    )
  }
  const time = Math.min(model.context, config.network.context)
  const windows = {
    training: createWindows(streams.training, { time, isShifted: true, seed }),
    validation: createWindows(streams.validation, { time }),
  }
  const { parameters } = languageModelOf(config)
  const adapter = await adapterOf({ start: recipe.start, tuning, model: config, parameters }, files)
  return {
    ...(adapter === undefined ? {} : { adapter }),
    examples: windows.training.count,
    describeData: async () => ({
      path: data.path,
      training: describeStream(streams.training),
      validation: describeStream(streams.validation),
    }),
    createTask: ({ restored }) =>
      createLanguageTask({
        runtime,
        config,
        text,
        training: rowsOf(windows.training),
        validation: rowsOf(windows.validation),
        time,
        hasDocuments: !isOneText,
        dropout: model.dropout,
        objectives: objective,
        masking: objective.masking,
        seed,
        optimizer: optimizerOf(training),
        clipNorm: training.clipNorm,
        averageDecay: training.average,
        batch: training.batch,
        accumulation: training.accumulation,
        prompts: recipe.samples,
        tuning,
        ...(started === undefined ? {} : { start: started.tensors }),
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (tensors) =>
      languageEntries({ config, tensors: mergeAdapters(tensors, tuning.tuning), text }),
    close: async () => {},
  }
}
