import { exportHuggingFace } from '../../generation/export-hugging-face.js'
import { exportModel } from '../../generation/export-model.js'
import { defineCommand } from '../define-command.js'
import { choice, required, text, withDefault } from '../options.js'
import { formatBytes } from '../terminal/quantities.js'

/** Writes a finished model once more, smaller or for others to use. */
export default defineCommand({
  name: 'export',
  summary: 'Write a model in another precision, or as other projects read it',
  arguments: { dir: 'a model folder' },
  options: {
    out: required(text('where the copy goes: a new or empty folder', 'DIR')),
    format: withDefault(
      choice('a model folder, or a directory of gpt2, llama or bert, as the model is built', [
        'tesserae',
        'hugging-face',
      ]),
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
  ],
  run: async ({ dir, out, format, precision }, { environment: { platform } }) => ({
    folder: dir,
    out,
    format,
    precision,
    ...(format === 'tesserae'
      ? await exportModel(platform.files, dir, out, { precision })
      : await exportHuggingFace(platform.files, dir, out, { precision })),
  }),
  print: (result, { print }) => {
    const { folder, out, precision, bytesBefore, bytes } = result
    const kind =
      'architecture' in result ? `a directory of the architecture ${result.architecture}, ` : ''
    print(
      `${out}: ${kind}${formatBytes(bytes)} in ${precision}; ${folder} has ${formatBytes(bytesBefore)}`,
    )
  },
})
