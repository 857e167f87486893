/**
 * Writes a model's folder once more, as npm's @huggingface/transformers runs it: the network as an
 * ONNX graph whose weights are inside, beside a configuration and a tokenizer.
 */

import { z } from 'zod'
import { constant, input } from '../engine/graph/graph.js'
import { emitOnnx } from '../engine/onnx/emit.js'
import { quantizeInputs } from '../engine/onnx/quantized-inputs.js'
import { StorageError } from '../errors.js'
import { type Bound, mapParameters } from '../network/parameters.js'
import { quantizeWeights } from '../network/quantize-weights.js'
import { type Files, joinPath } from '../storage/files.js'
import {
  checkPlace,
  type ModelFolder,
  type ModelFolderEntry,
  writeModelFolder,
} from '../storage/model-folder.js'
import { type Weights, widenWeights } from '../storage/weights.js'
import { type OpenModelOptions, openModel } from './adapter/open-model.js'
import { type ExportedModel, sizeOf } from './export-model.js'
import { classifyGraph } from './onnx-folder/classify-graph.js'
import {
  type ClientPrecision,
  type ClientTask,
  clientFiles,
  exactArchitecture,
  graphFiles,
} from './onnx-folder/client-files.js'
import type { ClientGraph } from './onnx-folder/client-graph.js'
import { continueGraph } from './onnx-folder/continue-graph.js'
import { fillGraph } from './onnx-folder/fill-graph.js'
import { readStoredLanguageModel } from './text/model-folder.js'
import { readStoredTextClassification } from './text-classification/model-folder.js'

export interface ExportedForClient extends ExportedModel {
  /** The pipeline that runs it. */
  readonly pipeline: ClientTask
  /** What the model has that the folder lacks, so that it may say something else. */
  readonly leftOut: string | null
  /** The architecture that says exactly what the network is, where there is one. */
  readonly architecture: string | null
}

/** What a protocol buffer can hold, less what a graph takes without its weights. */
const largestGraph = 2 ** 31 - 2 ** 24

const bytesOf = ({ tensors, quantized }: Weights): number => {
  const matrices = Array.from(quantized.values(), ({ matrix }) => [matrix.codes, matrix.scales])
  return [...Object.values(tensors), ...matrices.flat()].reduce(
    (sum, { data }) => sum + data.byteLength,
    0,
  )
}

/** The weights in a precision. Throws StorageError where a graph cannot hold them. */
const convert = (stored: Weights, precision: ClientPrecision, subject: string): Weights => {
  const tensors = widenWeights(stored)
  const weights =
    precision === 'float32'
      ? { tensors, quantized: new Map() }
      : quantizeWeights(tensors, precision)
  const bytes = bytesOf(weights)
  if (bytes <= largestGraph) return weights
  throw new StorageError(
    `${subject}: its weights take ${bytes} bytes in ${precision}, and an ONNX file holds ` +
      `${largestGraph} of them. Export it with fewer bits, int8 or int4, by the option precision.`,
  )
}

/** The parameters of a tree in a graph: constants, and inputs that matrices will stand for. */
const bindTo =
  ({ tensors }: Weights) =>
  <Tree>(tree: Tree): Bound<Tree> =>
    mapParameters(tree, (name, { shape }) => {
      const tensor = tensors[name]
      return tensor === undefined ? input(name, { dtype: 'float32', shape }) : constant(tensor)
    })

const emit = ({ graph, dimensions }: ClientGraph, { quantized }: Weights): ModelFolderEntry => ({
  bytes: emitOnnx(quantizeInputs(graph, quantized), { dimensions }),
})

interface ClientModel {
  readonly task: ClientTask
  readonly leftOut?: string
  readonly architecture: string | null
  readonly entries: Record<string, ModelFolderEntry>
}

const languageModel = async (
  folder: ModelFolder,
  precision: ClientPrecision,
): Promise<ClientModel> => {
  const { config, weights: stored, text } = await readStoredLanguageModel(folder)
  const weights = convert(stored, precision, folder.path)
  const { network, ...own } = config
  const task = config.skills.includes('continue') ? 'text-generation' : 'fill-mask'
  const graph = (task === 'text-generation' ? continueGraph : fillGraph)(config, bindTo(weights))
  const exact = exactArchitecture(task, network)
  return {
    task,
    architecture: exact?.name ?? null,
    entries: {
      ...clientFiles({
        task,
        network,
        roles: config,
        text,
        precision,
        own: exact === undefined ? config : own,
        sampling: config.defaults,
      }),
      [graphFiles[precision].name]: emit(graph, weights),
    },
  }
}

const textClassification = async (
  folder: ModelFolder,
  precision: ClientPrecision,
): Promise<ClientModel> => {
  const { config, weights: stored, text } = await readStoredTextClassification(folder)
  const { network, labels, columns, labelTokens, linear, ...own } = config
  if (labelTokens !== undefined) {
    throw new StorageError(
      `${folder.path}: it writes labels as tokens, and the client’s classifiers have a head. Export a ` +
        'model with a head (model.output: head).',
    )
  }
  if (columns !== undefined) {
    throw new StorageError(
      `${folder.path}: it reads rows of numbers, ${columns.map(({ name }) => name).join(', ')}, ` +
        'which the client has no input for. Export a model that classifies texts.',
    )
  }
  const weights = convert(stored, precision, folder.path)
  const task = 'text-classification'
  return {
    task,
    ...(linear === undefined ? {} : { leftOut: 'the linear classifier beside it' }),
    architecture: null,
    entries: {
      ...clientFiles({
        task,
        network,
        roles: config,
        text,
        precision,
        specifics: {
          problem_type: 'single_label_classification',
          id2label: Object.fromEntries(labels.entries()),
          label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
        },
        own: { ...own, network, labels },
      }),
      [graphFiles[precision].name]: emit(classifyGraph(config, bindTo(weights)), weights),
    },
  }
}

const tasks = ['language-model', 'text-classification'] as const

const makers = {
  'language-model': languageModel,
  'text-classification': textClassification,
} satisfies Record<(typeof tasks)[number], unknown>

const configSchema = z.object({ task: z.enum(tasks) })

/**
 * Exports a model. Throws StorageError for models of other tasks, for one that an ONNX file cannot
 * hold, and where anything is at the place already.
 */
export const exportOnnx = async (
  files: Files,
  from: string,
  to: string,
  {
    precision = 'float32',
    ...options
  }: { readonly precision?: ClientPrecision } & OpenModelOptions = {},
): Promise<ExportedForClient> => {
  await checkPlace(files, to)
  const folder = await openModel(files, from, options)
  const parsed = configSchema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    throw new StorageError(
      `${joinPath(folder.path, 'config.json')}: expected the task ${tasks.join(' or ')}; ` +
        'other models have no form as ONNX folders. Choose another format.',
    )
  }
  const {
    task,
    architecture,
    leftOut = null,
    entries,
  } = await makers[parsed.data.task](folder, precision)
  await writeModelFolder(files, to, entries, { about: { exportedFor: task, precision } })
  return {
    pipeline: task,
    leftOut,
    architecture,
    bytesBefore: await sizeOf(files, from),
    bytes: await sizeOf(files, to),
  }
}
