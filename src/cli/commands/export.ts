import { exportModel } from '../../generation/export-model.js'
import { defineCommand } from '../define-command.js'
import { choice, required, text } from '../options.js'
import { formatBytes } from '../terminal/quantities.js'

/** Writes a finished model once more, for others to use. */
export default defineCommand({
  name: 'export',
  summary: 'Copy a model with its weights in another precision',
  arguments: { dir: 'a model folder' },
  options: {
    out: required(text('where the copy goes: a new or empty folder', 'DIR')),
    precision: required(
      choice('how weights are stored; float16 takes half the space', ['float16', 'float32']),
    ),
  },
  examples: ['runs/emoji/model --out pretrained/emoji --precision float16'],
  run: async ({ dir, out, precision }, { environment: { platform } }) => ({
    folder: dir,
    out,
    precision,
    ...(await exportModel(platform.files, dir, out, { precision })),
  }),
  print: ({ folder, out, precision, bytesBefore, bytes }, { print }) => {
    print(
      `${out}: ${formatBytes(bytes)} in ${precision}; ${folder} has ${formatBytes(bytesBefore)}`,
    )
  },
})
