import { defineCommand } from '../define-command.js'
import { integer, number, withDefault } from '../options.js'
import { deviceOption, modelOption } from '../shared-options.js'

/** Says in words what a picture shows. */
export default defineCommand({
  name: 'caption',
  summary: 'Say what a picture shows',
  arguments: { file: 'a picture: PNG, JPEG, WebP, GIF or SVG' },
  options: {
    model: modelOption,
    temperature: withDefault(
      number('more is bolder, 0 always takes the likeliest words', { minimum: 0 }),
      0,
    ),
    seed: withDefault(integer('another number chooses other words', { minimum: 0 }), 0),
    device: deviceOption,
  },
  examples: ['apple.png', 'apple.png --json'],
  run: async ({ file, model: folder, temperature, seed, device }, { environment }) => {
    const { files, media } = environment.platform
    const bytes = await files.read(file)
    const model = await environment.library.openModel(folder, device)
    try {
      const { data } = await media.decode(bytes, { name: file, size: model.image.size })
      return { file, text: await model.caption(data, { temperature, seed }) }
    } finally {
      await model.close()
    }
  },
  print: ({ text }, { print }) => print(text),
})
