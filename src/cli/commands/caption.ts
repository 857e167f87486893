import { hasPictureName } from '../../data/media/media.js'
import { readPictureFile } from '../../data/media/picture-file.js'
import { DataError } from '../../errors.js'
import { readOrigin } from '../../generation/pipelines/drawing-origin.js'
import { readWholeClip } from '../../generation/pipelines/raw-clip.js'
import { readImageInput } from '../../generation/pipelines/raw-image.js'
import { middleOfClip } from '../../generation/text-image/clip-windows.js'
import type { CommandContext } from '../environment.js'
import { defineCommand } from '../parsing/define-command.js'
import { integer, number, withDefault } from '../parsing/options.js'
import { deviceOption, modelOption } from '../parsing/shared-options.js'

/** Says in words what a picture or clip shows. */
export default defineCommand({
  name: 'caption',
  summary: 'Say what a picture or clip shows',
  arguments: {
    file: 'a picture: PNG, JPEG, WebP, GIF or SVG; or a clip: GIF, WebP, a strip, a film, a folder',
  },
  options: {
    model: modelOption,
    temperature: withDefault(
      number('more is bolder, 0 always takes the likeliest words', { minimum: 0 }),
      0,
    ),
    seed: withDefault(integer('another number chooses other words', { minimum: 0 }), 0),
    device: deviceOption,
  },
  examples: ['apple.png', 'walk.gif --json'],
  run: async (
    { file, model: folder, temperature, seed, device },
    { environment: { library, platform } },
  ) => {
    const isMoving = folder === undefined && (await moves(file, platform))
    const model = await (isMoving ? library.openClipModel : library.openModel)(folder, device)
    try {
      const { size } = model.image
      const { frames } = model.config.layout
      const pixels =
        frames > 1
          ? middleOfClip(model, await readWholeClip(file, size, platform))
          : await readImageInput(file, size, platform)
      return { file, text: await model.caption(pixels, { temperature, seed }) }
    } finally {
      await model.close()
    }
  },
  print: ({ text }, { print }) => print(text),
})

const isDrawnStrip = (png: Uint8Array): boolean => {
  try {
    return (readOrigin(png).origin.frames ?? 1) > 1
  } catch (error) {
    // A picture that does not say how it was made.
    if (error instanceof DataError) return false
    throw error
  }
}

/** Pixels along each side that are enough to count frames. */
const thumbnail = 8

/**
 * Whether a file is a clip by itself: a folder, a film or an animation, or a strip of frames that was
 * drawn here. Of any other picture only a user who names a model of clips can say that it is a strip.
 */
const moves = async (
  file: string,
  platform: CommandContext['environment']['platform'],
): Promise<boolean> => {
  if (/\.(jpe?g|svg)$/i.test(file)) return false
  const { files, media } = platform
  const entry = await files.stat(file)
  if (entry?.kind !== 'file' || !hasPictureName(file)) return entry !== undefined
  const bytes = await readPictureFile(file, files)
  if (/\.png$/i.test(file)) return isDrawnStrip(bytes)
  const clip = { name: file, files: [{ name: file, bytes }], stripFrames: 1 }
  return (await media.decodeClip(clip, { size: thumbnail, takesPictures: true })).frames > 1
}
