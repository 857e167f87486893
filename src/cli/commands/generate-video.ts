import {
  type ClipFormat,
  clipFormatOf,
  clipFormats,
  encodeClipFile,
} from '../../data/media/clip-file.js'
import { framesOf, joinFrames, type Media } from '../../data/media/media.js'
import { drawContactSheet, drawMovingSheet, largestSheet } from '../../data/sheets/contact-sheet.js'
import { drawPhrases } from '../../generation/pipelines/draw-phrases.js'
import { createRawClip, type RawClip } from '../../generation/pipelines/raw-clip.js'
import { requireClips } from '../../generation/text-image/require-clips.js'
import { withoutGaps } from '../../generation/without-gaps.js'
import {
  alsoOption,
  checkPhrases,
  findPlaces,
  printDrawn,
  readCodes,
  writeDrawings,
} from '../output/drawings.js'
import { checkEnding } from '../output/output-file.js'
import { cellsOf, planSheet, type SheetPlan } from '../output/sheet-plan.js'
import { defineCommand } from '../parsing/define-command.js'
import { integer, number, required, text, withDefault } from '../parsing/options.js'
import { clipModelOption, deviceOption, drawingOptions } from '../parsing/shared-options.js'

/** Draws clips from words, each into a file that says how it was made. */
export default defineCommand({
  name: 'generate video',
  summary: 'Draw clips from words',
  arguments: { phrase: 'what to draw, in quotes: "a woman in a red dress walks to the right"' },
  options: {
    out: required(
      text('where the clip goes, a .gif, .webp or .png strip; several get a number each', 'FILE'),
    ),
    model: clipModelOption,
    count: withDefault(integer('how many clips of each phrase', { minimum: 1, maximum: 1000 }), 1),
    also: alsoOption,
    ...drawingOptions,
    from: text('the first frame', 'FILE.png'),
    frames: integer('how many frames; as many as the model draws by default', { minimum: 1 }),
    fps: withDefault(number('frames a second', { minimum: 0.1, maximum: 50 }), 8),
    device: deviceOption,
  },
  examples: [
    '"a woman with red hair and a teal shirt walks to the right" --out walk.gif',
    '"穿绿色长袍的人面向左施法" --out spell.png --from first.png',
  ],
  run: async (
    {
      phrase,
      also,
      out,
      model: folder,
      count,
      seed,
      device,
      from,
      frames: wanted,
      fps,
      ...sampling
    },
    { environment, terminal },
  ) => {
    checkEnding('generate video', out, clipFormats)
    const format = clipFormatOf(out)
    const { files, media, versions } = environment.platform
    const phrases = [phrase, ...also]
    const paths = await findPlaces(files, out, phrases.length * count)
    const started = environment.now()
    const model = await environment.library.openClipModel(folder, device)
    try {
      const all = requireClips(model)
      const frames = wanted ?? all
      const plan =
        paths.length === 1
          ? undefined
          : planClips(phrases, { count, frames: Math.min(frames, all), format })
      const unknownWords = checkPhrases(phrases, model, terminal)
      const { size } = model.image
      const start = from === undefined ? undefined : await readCodes(from, model, { files, media })
      const options = { ...withoutGaps(sampling), frames }
      const asked = { count, seed, ...(start !== undefined && { start }) }
      const drawings = await drawPhrases(model, phrases, asked, options, versions)
      const clips = drawings.map(({ pixels, origin }) =>
        createRawClip(pixels, { size, frames }, { files, media, framesPerSecond: fps, origin }),
      )
      const drawn: Uint8Array[] = []
      for (const clip of clips) drawn.push(await clip.toFile(format))
      const sheet = plan && { out, bytes: await drawSheet(clips, { media, format, plan, fps }) }
      const written = await writeDrawings(files, paths, drawn, sheet)
      const seconds = (environment.now() - started) / 1000
      return { phrases, seed, frames, unknownWords, ...written, seconds }
    } finally {
      await model.close()
    }
  },
  print: printDrawn,
})

/** Pixels along a side of a WebP; a GIF may be larger. */
const animatedSide = 16_383

/** Pixels of all frames of an animated sheet together: about 400 MB while they are encoded. */
const animatedPixels = 2 ** 27

const planClips = (
  phrases: readonly string[],
  { count, frames, format }: { count: number; frames: number; format: ClipFormat },
): SheetPlan =>
  format === 'png'
    ? planSheet(phrases, count, { framesAcross: frames })
    : planSheet(phrases, count, {
        limits: {
          side: animatedSide,
          pixels: Math.min(largestSheet.pixels, animatedPixels / frames),
        },
      })

interface SheetOptions {
  readonly media: Media
  readonly format: ClipFormat
  readonly plan: SheetPlan
  readonly fps: number
}

/** All clips on one sheet: side by side and moving, or as strips one below another. */
const drawSheet = async (
  clips: readonly RawClip[],
  { media, format, plan, fps }: SheetOptions,
): Promise<Uint8Array> => {
  const pictures = clips.map(({ data, width, height, frames }) => ({
    ...{ width, height: height * frames, channels: 3 as const, data, frames },
  }))
  const options = { media, ...plan }
  if (format === 'png') {
    return media.encodePng(await drawContactSheet(cellsOf(plan, pictures), options))
  }
  const moments = Array.from({ length: clips[0]!.frames }, (_, frame) =>
    cellsOf(
      plan,
      pictures.map((picture) => framesOf(picture)[frame]!),
    ),
  )
  const sheets = await drawMovingSheet(moments, options)
  return encodeClipFile(joinFrames(sheets), { media, format, framesPerSecond: fps })
}
