/** Prepares the run of a model of text pairs: its rows, and the task that its network needs. */

import { describeFaults } from '../../../data/fault-report.js'
import type { Tensors } from '../../../engine/runtime/runtime.js'
import { RecipeError } from '../../../errors.js'
import {
  encoderDecoderOf,
  languageConfigOf,
  textPairsParameters,
} from '../../../generation/text-pairs/config.js'
import { textPairsEntries } from '../../../generation/text-pairs/model-folder.js'
import { startOf } from '../../../generation/text-pairs/pair-ids.js'
import { joinPath } from '../../../storage/files.js'
import { writeJson } from '../../../storage/json.js'
import { packRows } from '../../../training/objectives/pack-rows.js'
import type { RunTask } from '../../../training/run.js'
import { createLanguageTask } from '../../../training/tasks/language-model.js'
import { rowsInMemory } from '../../../training/tasks/row-source.js'
import { samplePairs } from '../../../training/tasks/sample-texts.js'
import { createTextPairsTask } from '../../../training/tasks/text-pairs/text-pairs.js'
import { mergeAdapters } from '../../../training/tuning.js'
import type { TextPairsRecipe } from '../../tasks/text-pairs.js'
import { adapterOf } from '../adapter.js'
import type { RunEnvironment } from '../environment.js'
import { keyOfRows, type PreparedRun } from '../prepared-run.js'
import { trainerOptions } from '../training-options.js'
import { createPairEncoder, type EncodedPair, type PairEncoder } from './encode-pairs.js'
import { type PairData, preparePairData } from './pair-data.js'
import { startTextPairs } from './start-text-pairs.js'

/** Pairs that are written from while a run learns. */
const sampled = 4

interface PairParts {
  readonly training: readonly EncodedPair[]
  readonly validation: readonly EncodedPair[]
}

/** The pairs of both parts; tells what had to be left out. Throws RecipeError where nothing is left. */
const encodeParts = async (
  data: PairData,
  encoder: PairEncoder,
  { observer }: Pick<RunEnvironment, 'observer'>,
): Promise<PairParts> => {
  const training = encoder.encode(data, 'training')
  const validation = encoder.encode(data, 'validation')
  if (data.faults.count > 0) await observer.notice(describeFaults(data.faults))
  for (const notice of encoder.notices()) await observer.notice(notice)
  if (training.length === 0 || validation.length === 0) {
    throw new RecipeError(
      'expected pairs to train on and to measure on, got none that can be used. Look at the rows with "tesserae data check"',
      { keys: ['data'] },
    )
  }
  return { training, validation }
}

/** The rows of a decoder-only network: sources and targets, of which the latter count. */
export const packPairs = (
  { training, validation }: PairParts,
  { context, isPacked }: { readonly context: number; readonly isPacked: boolean },
) => {
  const longest = [...training, ...validation].reduce(
    (length, { row }) => Math.max(length, row.ids.length),
    0,
  )
  const time = Math.min(context, Math.ceil(longest / 8) * 8)
  const pack = (part: readonly EncodedPair[]) =>
    packRows(
      part.map(({ row }) => row),
      { time, isPacked },
    )
  return { time, training: pack(training), validation: pack(validation) }
}

export const prepareTextPairs = async (
  recipe: TextPairsRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { files, runtime } = environment
  const { seed, model, objective, training } = recipe
  const tuning = { tuning: recipe.tuning, frozen: recipe.frozen }
  const data = await preparePairData(recipe.data, { seed, environment, described: 1000 })
  const { text, config, tensors } = await startTextPairs(recipe, data, out, environment)
  const encoder = createPairEncoder(text, config)
  const pairs = await encodeParts(data, encoder, environment)
  const counts = { training: pairs.training.length, validation: pairs.validation.length }
  const leftOut = { ...encoder.counts, leftOut: data.faults }
  await writeJson(files, joinPath(out, 'rows.json'), { ...counts, ...leftOut })

  const common = {
    runtime,
    seed,
    tuning,
    dropout: model.dropout,
    smoothing: objective.smoothing,
    ...trainerOptions(training),
    sample: samplePairs(runtime, { config, text }, pairs.validation.slice(0, sampled)),
  }
  const start = tensors === undefined ? {} : { start: tensors }
  const parameters = textPairsParameters(config)
  const adapter = await adapterOf({ start: recipe.start, tuning, model: config, parameters }, files)
  const about = {
    dataKey: keyOfRows([counts, ...pairs.training, ...pairs.validation]),
    ...(adapter === undefined ? {} : { adapter }),
    describeData: async () => ({ ...recipe.data, ...counts }),
    modelEntries: (trained: Tensors) =>
      textPairsEntries({ config, tensors: mergeAdapters(trained, tuning.tuning), text }),
    close: async () => {},
  }
  const { network } = config
  if (network.kind === 'decoder-only') {
    const { time, ...rows } = packPairs(pairs, {
      ...{ context: network.context, isPacked: objective.packed },
    })
    return {
      ...about,
      examples: rows.training.length,
      createTask: ({ restored }): Promise<RunTask> =>
        createLanguageTask({
          ...common,
          ...start,
          config: languageConfigOf(network, config),
          ...{ text, time },
          training: rowsInMemory(rows.training),
          validation: rowsInMemory(rows.validation),
          hasDocuments: true,
          objectives: { nextToken: 1, maskedSpans: 0 },
          masking: { share: 0.15, span: 3 },
          ...(restored === undefined ? {} : { restored }),
        }),
    }
  }
  return {
    ...about,
    examples: pairs.training.length,
    createTask: ({ restored }): Promise<RunTask> =>
      createTextPairsTask({
        ...common,
        ...start,
        model: encoderDecoderOf(network, config.tokens),
        begin: startOf(config),
        training: pairs.training,
        validation: pairs.validation,
        ...(restored === undefined ? {} : { restored }),
      }),
  }
}
