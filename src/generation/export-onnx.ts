/**
 * Writes a model's folder once more, as npm's @huggingface/transformers runs it: the network as an
 * ONNX graph whose weights are inside, beside a configuration and a tokenizer.
 */

import { z } from 'zod'
import { constant } from '../engine/graph/graph.js'
import { emitOnnx } from '../engine/onnx/emit.js'
import type { Tensors } from '../engine/runtime/runtime.js'
import { StorageError } from '../errors.js'
import { type Bound, mapParameters } from '../network/parameters.js'
import { type Files, joinPath } from '../storage/files.js'
import {
  type ModelFolder,
  type ModelFolderEntry,
  openModelFolder,
  writeModelFolder,
} from '../storage/model-folder.js'
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
import { readLanguageModel } from './text/model-folder.js'
import { readTextClassification } from './text-classification/model-folder.js'

export interface ExportedForClient extends ExportedModel {
  /** The pipeline that runs it. */
  readonly pipeline: ClientTask
  /** The architecture that says exactly what the network is, where there is one. */
  readonly architecture: string | null
}

/** The parameters of a tree as constants of a graph. */
const bindTo =
  (tensors: Tensors) =>
  <Tree>(tree: Tree): Bound<Tree> =>
    mapParameters(tree, (name) => constant(tensors[name]!))

/** What a protocol buffer can hold, less what a graph takes without its weights. */
const largestGraph = 2 ** 31 - 2 ** 24

const graphEntry = (
  { graph, dimensions }: ClientGraph,
  tensors: Tensors,
  subject: string,
): ModelFolderEntry => {
  const bytes = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
  if (bytes > largestGraph) {
    throw new StorageError(
      `${subject}: its weights take ${bytes} bytes, and an ONNX file holds ${largestGraph} of them. ` +
        'Export it with --precision int8 or int4.',
    )
  }
  return { bytes: emitOnnx(graph, { dimensions }) }
}

interface ClientModel {
  readonly task: ClientTask
  readonly architecture: string | null
  readonly entries: Record<string, ModelFolderEntry>
}

const languageModel = async (
  folder: ModelFolder,
  precision: ClientPrecision,
): Promise<ClientModel> => {
  const { config, tensors, text } = await readLanguageModel(folder)
  const { network, ...own } = config
  const task = config.skills.includes('continue') ? 'text-generation' : 'fill-mask'
  const graph = (task === 'text-generation' ? continueGraph : fillGraph)(config, bindTo(tensors))
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
      [graphFiles[precision].name]: graphEntry(graph, tensors, folder.path),
    },
  }
}

const textClassification = async (
  folder: ModelFolder,
  precision: ClientPrecision,
): Promise<ClientModel> => {
  const { config, tensors, text } = await readTextClassification(folder)
  if (config.columns !== undefined) {
    throw new StorageError(
      `${folder.path}: it reads rows of numbers, ${config.columns.map(({ name }) => name).join(', ')}, ` +
        'which the client has no input for. Export a model that sorts texts.',
    )
  }
  const graph = classifyGraph(config, bindTo(tensors))
  const task = 'text-classification'
  return {
    task,
    architecture: null,
    entries: {
      ...clientFiles({
        task,
        network: config.network,
        roles: config,
        text,
        precision,
        specifics: {
          problem_type: 'single_label_classification',
          id2label: Object.fromEntries(config.labels.entries()),
          label2id: Object.fromEntries(config.labels.map((label, id) => [label, id])),
        },
        own: config,
      }),
      [graphFiles[precision].name]: graphEntry(graph, tensors, folder.path),
    },
  }
}

const makers = { 'language-model': languageModel, 'text-classification': textClassification }

const configSchema = z.object({
  task: z.enum(Object.keys(makers) as [keyof typeof makers, ...(keyof typeof makers)[]]),
})

/**
 * Exports a model. Throws StorageError for models of other tasks, for one that an ONNX file cannot
 * hold, and where anything is at the place already.
 */
export const exportOnnx = async (
  files: Files,
  from: string,
  to: string,
  { precision = 'float32' }: { readonly precision?: ClientPrecision } = {},
): Promise<ExportedForClient> => {
  const folder = await openModelFolder(files, from)
  const parsed = configSchema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    throw new StorageError(
      `${joinPath(folder.path, 'config.json')}: expected the task ${Object.keys(makers).join(' or ')}; ` +
        'other models have no form as ONNX folders. Choose another format.',
    )
  }
  const { task, architecture, entries } = await makers[parsed.data.task](folder, precision)
  await writeModelFolder(files, to, entries, { about: { exportedFor: task, precision } })
  return {
    pipeline: task,
    architecture,
    bytesBefore: await sizeOf(files, from),
    bytes: await sizeOf(files, to),
  }
}
