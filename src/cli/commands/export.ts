import { exportHuggingFace } from '../../generation/export-hugging-face.js'
import { defineCommand } from '../define-command.js'
import { choice, required, text } from '../options.js'

/** Writes a finished model once more, for others to use. */
export default defineCommand({
  name: 'export',
  summary: 'Write a model in a form that other projects read',
  arguments: { dir: 'a model folder' },
  options: {
    out: required(text('where the copy goes: a new or empty folder', 'DIR')),
    format: required(
      choice('hugging-face: a directory of gpt2, llama or bert, as the model is built', [
        'hugging-face',
      ]),
    ),
  },
  examples: ['runs/stories/model --format hugging-face --out exported/stories'],
  run: async ({ dir, out, format }, { environment: { platform } }) => ({
    folder: dir,
    out,
    format,
    ...(await exportHuggingFace(platform.files, dir, out)),
  }),
  print: ({ out, architecture }, { print }) => {
    print(`${out}: a directory of the architecture ${architecture}`)
  },
})
