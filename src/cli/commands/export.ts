import { exportHuggingFace } from '../../generation/export-hugging-face.js'
import { type ExportedModel, exportModel } from '../../generation/export-model.js'
import { exportOnnx } from '../../generation/export-onnx.js'
import type { Files } from '../../storage/files.js'
import { defineCommand } from '../define-command.js'
import { choice, required, text, withDefault } from '../options.js'
import { formatBytes } from '../terminal/quantities.js'
import { UsageError } from '../usage-error.js'

type Precision = 'float16' | 'float32'

interface Exported extends ExportedModel {
  /** What was written, for people. */
  readonly kind: string
}

/** What each format is written by. */
const writers = {
  tesserae: async (files, from, to, precision) => ({
    ...(await exportModel(files, from, to, { precision })),
    kind: 'a model folder',
  }),
  'hugging-face': async (files, from, to, precision) => {
    const { architecture, ...sizes } = await exportHuggingFace(files, from, to, { precision })
    return { ...sizes, architecture, kind: `a directory of the architecture ${architecture}` }
  },
  onnx: async (files, from, to, precision) => {
    if (precision === 'float16') {
      throw new UsageError('--precision: expected float32 for --format onnx, got float16.')
    }
    const exported = await exportOnnx(files, from, to, { precision })
    return { ...exported, kind: `a folder for pipeline('${exported.pipeline}')` }
  },
} satisfies Record<
  string,
  (files: Files, from: string, to: string, precision: Precision) => Promise<Exported>
>

/** Writes a finished model once more, smaller or for others to use. */
export default defineCommand({
  name: 'export',
  summary: 'Write a model in another precision, or as other projects read it',
  arguments: { dir: 'a model folder' },
  options: {
    out: required(text('where the copy goes: a new or empty folder', 'DIR')),
    format: withDefault(
      choice(
        'tesserae: a model folder; hugging-face: a directory of gpt2, llama or bert, as the model ' +
          'is built; onnx: a folder that npm’s @huggingface/transformers runs',
        ['tesserae', 'hugging-face', 'onnx'],
        { placeholder: 'FORMAT' },
      ),
      'tesserae',
    ),
    precision: withDefault(
      choice('how weights are stored; float16 takes half the space', ['float16', 'float32']),
      'float32',
    ),
  },
  examples: [
    'runs/emoji/model --out pretrained/emoji --precision float16',
    'runs/stories/model --format hugging-face --out exported/stories',
    'runs/stories/model --format onnx --out web/models/stories',
  ],
  run: async ({ dir, out, format, precision }, { environment: { platform } }) => ({
    folder: dir,
    out,
    format,
    precision,
    ...(await writers[format](platform.files, dir, out, precision)),
  }),
  print: ({ folder, out, kind, precision, bytesBefore, bytes }, { print }) =>
    print(
      `${out}: ${kind}, ${formatBytes(bytes)} in ${precision}; ${folder} has ${formatBytes(bytesBefore)}`,
    ),
})
