import { drawContactSheet } from '../../data/sheets/contact-sheet.js'
import { drawPhrases } from '../../generation/pipelines/draw-phrases.js'
import { createRawImage } from '../../generation/pipelines/raw-image.js'
import { openCode } from '../../generation/text-image/draw-parallel.js'
import type { DrawOptions } from '../../generation/text-image/draw-request.js'
import type { TextImageModel } from '../../generation/text-image/text-image-model.js'
import { withoutGaps } from '../../generation/without-gaps.js'
import type { CommandContext } from '../environment.js'
import {
  alsoOption,
  checkPhrases,
  findPlaces,
  printDrawn,
  readCodes,
  writeDrawings,
} from '../output/drawings.js'
import { checkEnding } from '../output/output-file.js'
import { cellsOf, planSheet } from '../output/sheet-plan.js'
import { defineCommand } from '../parsing/define-command.js'
import { integer, required, text, withDefault } from '../parsing/options.js'
import { deviceOption, drawingOptions, modelOption } from '../parsing/shared-options.js'
import { UsageError } from '../parsing/usage-error.js'

/** Draws pictures from words, each into a file that says how it was made. */
export default defineCommand({
  name: 'generate image',
  summary: 'Draw pictures from words',
  arguments: { phrase: 'what to draw, in quotes: "a red apple"' },
  options: {
    out: required(text('where the picture goes; several also get a number each', 'FILE.png')),
    model: modelOption,
    count: withDefault(
      integer('how many pictures of each phrase', { minimum: 1, maximum: 10_000 }),
      1,
    ),
    also: alsoOption,
    ...drawingOptions,
    from: text('a picture to go on from', 'FILE.png'),
    keepRows: integer('rows of codes of that picture that stay', { minimum: 1 }),
    device: deviceOption,
  },
  examples: [
    '"a red apple" --out apple.png',
    '"OpenMoji 风格的火箭" --out rocket.png --count 9 --guidance 4',
    '"a red apple" --also "a green apple" --also "一只猫" --out all.png',
  ],
  run: async (
    { phrase, also, out, model: folder, count, seed, device, from, keepRows, ...sampling },
    { environment, terminal },
  ) => {
    if ((from === undefined) !== (keepRows === undefined)) {
      throw new UsageError('--from and --keep-rows of "tesserae generate image" belong together.')
    }
    checkEnding('generate image', out, ['png'])
    const { files, media, versions } = environment.platform
    const phrases = [phrase, ...also]
    const paths = await findPlaces(files, out, phrases.length * count)
    const plan = paths.length === 1 ? undefined : planSheet(phrases, count)
    const started = environment.now()
    const model = await environment.library.openModel(folder, device)
    try {
      checkPhrases(phrases, model, terminal)
      const start =
        from === undefined ? undefined : await readStart(from, keepRows!, model, environment)
      const isOfClips = model.config.layout.frames > 1
      const options: DrawOptions = { ...withoutGaps(sampling), ...(isOfClips && { frames: 1 }) }
      const asked = { count, seed, ...(start !== undefined && { start }) }
      const drawings = await drawPhrases(model, phrases, asked, options, versions)
      const pictures = drawings.map(({ pixels, origin }) =>
        createRawImage(pixels, model.image.size, { files, media, origin }),
      )
      const drawn: Uint8Array[] = []
      for (const picture of pictures) drawn.push(await picture.toPng())
      const sheet = plan && {
        out,
        bytes: await media.encodePng(
          await drawContactSheet(cellsOf(plan, pictures), { media, ...plan }),
        ),
      }
      const written = await writeDrawings(files, paths, drawn, sheet)
      return { phrases, seed, ...written, seconds: (environment.now() - started) / 1000 }
    } finally {
      await model.close()
    }
  },
  print: printDrawn,
})

/** The codes of a picture's upper rows; what is below is open. */
const readStart = async (
  path: string,
  keepRows: number,
  model: TextImageModel,
  { platform }: CommandContext['environment'],
): Promise<Int32Array> => {
  const { image } = model
  if (keepRows >= image.rows) {
    throw new UsageError(
      `--keep-rows of "tesserae generate image": expected at most ${image.rows - 1} of the model’s ${image.rows} rows, got ${keepRows}.`,
    )
  }
  return (await readCodes(path, model, platform)).fill(openCode, keepRows * image.columns)
}
