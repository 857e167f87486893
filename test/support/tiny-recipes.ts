/** What a run needs, as small as can be: pictures with words, an environment and recipes. */

import { encodeClipFile } from '../../src/data/media/clip-file.js'
import { joinFrames, type Media, paste } from '../../src/data/media/media.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { parseRecipe } from '../../src/recipes/parse-recipe.js'
import type { Recipe } from '../../src/recipes/recipe.js'
import type { RunEnvironment } from '../../src/recipes/run/environment.js'
import type { Files } from '../../src/storage/files.js'
import type { StepReport } from '../../src/training/run.js'
import { blankPicture } from './pictures.js'

const colours = { red: [220, 40, 40], green: [40, 160, 60], blue: [40, 70, 220] } as const
const shapes = {
  square: () => true,
  disc: (row: number, column: number) => Math.hypot(row - 7.5, column - 7.5) < 7,
  stripe: (row: number) => row % 6 < 3,
  corner: (row: number, column: number) => row + column < 15,
} as const

/** Twelve pictures of 16 × 16 pixels and their table: every colour and shape, in two languages. */
export const writePictures = async (files: Files, media: Media, folder: string): Promise<void> => {
  const rows: string[] = []
  for (const [colour, ink] of Object.entries(colours)) {
    for (const [shape, isInked] of Object.entries(shapes)) {
      const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, index) => {
        const place = Math.floor(index / 3)
        return isInked(Math.floor(place / 16), place % 16) ? ink[index % 3]! : 255
      })
      const name = `${colour}-${shape}.png`
      const png = await media.encodePng({ width: 16, height: 16, channels: 3, data })
      await files.write(`${folder}/${name}`, png)
      rows.push(JSON.stringify({ file_name: name, text: `a ${colour} ${shape}` }))
    }
  }
  await files.write(`${folder}/metadata.jsonl`, rows.join('\n'))
}

/** Eight GIF files of three frames of 16 × 16 pixels, a square that moves, and their table. */
export const writeClips = async (files: Files, media: Media, folder: string): Promise<void> => {
  const rows: string[] = []
  for (let clip = 0; clip < 8; clip++) {
    const frames = [0, 1, 2].map((time) => {
      const picture = blankPicture(16, 16, [30 * clip, 90, 200])
      paste(picture, blankPicture(4, 4, [250, 220, 0]), 4 * time, clip)
      return picture
    })
    const name = `clip-${clip}.gif`
    await files.write(
      `${folder}/${name}`,
      await encodeClipFile(joinFrames(frames), { media, format: 'gif' }),
    )
    rows.push(JSON.stringify({ file_name: name, text: `a square moves to the right, ${clip}` }))
  }
  await files.write(`${folder}/metadata.jsonl`, rows.join('\n'))
}

/** An environment that trains in this thread, and what its observer has seen. */
export const tinyEnvironment = (
  files: Files,
  media: Media,
  changes: Partial<RunEnvironment> = {},
) => {
  const steps: StepReport[] = []
  const samples: string[] = []
  const notices: string[] = []
  const environment: RunEnvironment = {
    files,
    media,
    runtime: createInlineRuntime({ threads: 1 }),
    packageFolder: async () => undefined,
    versions: { tesserae: '1.2.3' },
    dataFolder: 'data',
    cacheFolder: 'cache',
    observer: {
      step: async (report) => void steps.push(report),
      evaluation: async () => {},
      sample: async (_step, name) => void samples.push(name),
      checkpoint: async () => {},
      notice: async (line) => void notices.push(line),
    },
    onProgress: () => {},
    now: () => 1_700_000_000_000 + steps.length,
    ...changes,
  }
  return { environment, steps, samples, notices }
}

const common = `
data:
  source: { kind: folder, path: pictures }
  languages: [en]
  augmentation: { flip: 0, shift: 1, scale: 0, color: 0 }
  split: { heldOutGroups: 0.2, heldOutPairs: 0 }
training:
  steps: 10
  batch: 4
  learningRate: 0.003
  schedule: constant
  average: 0.5
`

const texts = {
  'image-tokenizer': `
task: image-tokenizer
size: 16
tokenizer:
  patch: 8
  depth: 1
  width: 32
  smoothing: 2
  quantizer: { kind: finite-scalar, levels: [4, 4, 4] }
loss: { adversarial: { start: 0.6 } }
${common}`,
  'text-image': `
task: text-image
tokenizer: runs/tokenizer/model
text: { vocabulary: 300, maximumLength: 12 }
model: { depth: 1, width: 32, heads: 2 }
${common}`,
} as const

export const tinyRecipe = <Task extends keyof typeof texts>(
  task: Task,
  overrides: readonly string[] = [],
) =>
  // The text names its task.
  parseRecipe(texts[task], { name: `${task}.yaml`, overrides }) as Extract<Recipe, { task: Task }>
