import type { OpenModelOptions } from '../../generation/adapter/open-model.js'
import { exportHuggingFace } from '../../generation/export-hugging-face.js'
import {
  type ExportedModel,
  type ExportPrecision,
  exportModel,
  storedPrecision,
} from '../../generation/export-model.js'
import { exportOnnx } from '../../generation/export-onnx.js'
import { withoutGaps } from '../../generation/without-gaps.js'
import type { Files } from '../../storage/files.js'
import { defineCommand } from '../parsing/define-command.js'
import { choice, required, text, withDefault } from '../parsing/options.js'
import { baseOption } from '../parsing/shared-options.js'
import { UsageError } from '../parsing/usage-error.js'
import { formatBytes } from '../terminal/quantities.js'

type Format = 'tesserae' | 'hugging-face' | 'onnx'

/** How weights can be stored in each format. */
const precisions = {
  tesserae: ['float32', 'float16', 'int8', 'int4'],
  'hugging-face': ['float32', 'float16'],
  onnx: ['float32', 'int8', 'int4'],
} as const satisfies Record<Format, readonly ExportPrecision[]>

interface Exported extends ExportedModel {
  /** What was written, for people. */
  readonly kind: string
  /** The name that other projects have for what the network is, where there is one. */
  readonly architecture?: string | null
}

/** Writes a model, whose precision its format has. */
const write = async (
  files: Files,
  [from, to]: readonly [string, string],
  format: Format,
  { precision, ...base }: { readonly precision: ExportPrecision } & OpenModelOptions,
): Promise<Exported> => {
  const precisionIn = <Own extends ExportPrecision>(own: readonly Own[]): Own => {
    const found = own.find((one) => one === precision)
    if (found !== undefined) return found
    throw new UsageError(
      `--precision: expected ${own.join(' or ')} for --format ${format}, got ${precision}.`,
    )
  }
  switch (format) {
    case 'tesserae': {
      const sizes = await exportModel(files, from, to, {
        precision: precisionIn(precisions[format]),
        ...base,
      })
      return { ...sizes, kind: 'a model folder' }
    }
    case 'hugging-face': {
      const options = { precision: precisionIn(precisions[format]), ...base }
      const { architecture, ...sizes } = await exportHuggingFace(files, from, to, options)
      return { ...sizes, architecture, kind: `a directory of the architecture ${architecture}` }
    }
    case 'onnx': {
      const exported = await exportOnnx(files, from, to, {
        precision: precisionIn(precisions[format]),
        ...base,
      })
      const kind = `a folder for pipeline('${exported.pipeline}')`
      const { leftOut } = exported
      return { ...exported, kind: leftOut === null ? kind : `${kind} without ${leftOut}` }
    }
  }
}

/** The precision of a model, where a format has it, or else float32. */
const storedIn = async (files: Files, folder: string, format: Format): Promise<ExportPrecision> => {
  const stored = await storedPrecision(files, folder)
  return precisions[format].some((one) => one === stored) ? stored : 'float32'
}

/** Writes a finished model once more, smaller or for others to use. */
export default defineCommand({
  name: 'export',
  summary: 'Write a model in another precision, or as other projects read it',
  arguments: { dir: 'a model folder; or an adapter’s, which is merged with its base' },
  options: {
    out: required(text('where the copy goes: a new or empty folder', 'DIR')),
    base: baseOption,
    format: withDefault(
      choice(
        'tesserae: a model folder; hugging-face: a directory of gpt2, llama or bert, as the model ' +
          'is built; onnx: a folder that npm’s @huggingface/transformers runs',
        ['tesserae', 'hugging-face', 'onnx'],
        { placeholder: 'FORMAT' },
      ),
      'tesserae',
    ),
    precision: choice(
      'how weights are stored: float32; float16, in half the space; int8 or int4, with which the ' +
        'model also computes; as those of the model by default, where the format has that',
      ['float32', 'float16', 'int8', 'int4'],
      { placeholder: 'PRECISION' },
    ),
  },
  examples: [
    'runs/emoji/model --out exported/emoji --precision float16',
    'runs/stories/model --format hugging-face --out exported/stories',
    'runs/stories/model --format onnx --precision int4 --out web/models/stories',
  ],
  run: async ({ dir, out, base, format, precision: asked }, { environment: { platform } }) => {
    const { files } = platform
    const precision = asked ?? (await storedIn(files, dir, format))
    const options = { precision, ...withoutGaps({ base }) }
    return {
      folder: dir,
      out,
      format,
      precision,
      ...(await write(files, [dir, out], format, options)),
    }
  },
  print: ({ folder, out, kind, precision, bytesBefore, bytes }, { print }) =>
    print(
      `${out}: ${kind}, ${formatBytes(bytes)} in ${precision}; ${folder} has ${formatBytes(bytesBefore)}`,
    ),
})
