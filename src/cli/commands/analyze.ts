import { usualFramesPerSecond } from '../../data/media/clip-file.js'
import { drawTimelineSheet } from '../../data/sheets/timeline-sheet.js'
import { readWholeClip } from '../../generation/pipelines/raw-clip.js'
import { analyzeClip } from '../../generation/text-image/analyze-clip.js'
import { oneFrame, requireClips } from '../../generation/text-image/require-clips.js'
import { attributesOf } from '../classify-clips.js'
import { checkEnding, checkOutputFile } from '../output/output-file.js'
import { defineCommand } from '../parsing/define-command.js'
import { integer, number, text } from '../parsing/options.js'
import { clipModelOption, deviceOption } from '../parsing/shared-options.js'
import { formatMeasure } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { showWork } from '../terminal/work.js'

/** Divides a longer clip into what happens in it, from when to when. */
export default defineCommand({
  name: 'analyze',
  summary: 'Say what happens when in a longer clip',
  arguments: { clip: 'a GIF, an animated WebP, a strip of frames, a film, or a folder of frames' },
  options: {
    model: clipModelOption,
    out: text('draw the frames with a ruler and the parts into this picture', 'FILE.png'),
    stride: integer(
      'frames from one that the model looks at to the next; by default as it learned, or 1',
      { minimum: 1 },
    ),
    fps: number(
      `frames a second, for times; by default as the file says, ${usualFramesPerSecond} where it does not`,
      { minimum: 0.1, maximum: 1000 },
    ),
    device: deviceOption,
  },
  examples: ['fight.gif --out fight.png', 'film.mp4 --stride 3 --json'],
  run: async (
    { clip: file, model: folder, out, stride, fps: asked, device },
    { environment: { library, platform }, terminal },
  ) => {
    const { files, media } = platform
    if (out !== undefined) {
      checkEnding('analyze', out, ['png'])
      await checkOutputFile(files, out)
    }
    const model = await library.openClipModel(folder, device)
    try {
      requireClips(model)
      const clip = await readWholeClip(file, model.image.size, platform)
      if (clip.frames === 1) throw oneFrame(file)
      const fps = asked ?? clip.framesPerSecond ?? usualFramesPerSecond
      const found = await analyzeClip(model, clip, { stride, onProgress: showWork(terminal) })
      terminal.endProgress()
      const parts = found.map(({ readings, ...part }) => ({
        ...part,
        from: part.start / fps,
        to: part.end / fps,
        score: part.score ?? null,
        attributes: attributesOf(readings, 1),
      }))
      if (out !== undefined) {
        const sheet = await drawTimelineSheet(clip, found, { media, framesPerSecond: fps })
        await files.write(out, await media.encodePng(sheet))
      }
      return { file, frames: clip.frames, fps, parts, sheet: out ?? null }
    } finally {
      await model.close()
    }
  },
  print: ({ parts, sheet }, { print }) => {
    print(
      printTable(
        [
          { title: 'frames' },
          { title: 'seconds' },
          { title: 'key', align: 'end' },
          { title: 'what' },
          { title: 'score', align: 'end' },
          { title: 'caption' },
        ],
        parts.map(({ start, end, from, to, keyFrame, label, score, caption }) => [
          `${start}-${end - 1}`,
          `${formatMeasure(from)}-${formatMeasure(to)}`,
          `${keyFrame}`,
          label,
          score === null ? '' : formatMeasure(score),
          caption,
        ]),
      ),
    )
    if (sheet !== null) print(sheet)
  },
})
