/** Says of clips what a model can tell apart: actions, directions, attributes, or a user's classes. */

import type { Device } from '../engine/runtime/runtime.js'
import { readMovingClip } from '../generation/pipelines/raw-clip.js'
import { answerClip } from '../generation/text-image/clip-windows.js'
import {
  type Reading,
  readAttributes,
  type ScoredLabel,
} from '../generation/text-image/readings.js'
import { requireClips } from '../generation/text-image/require-clips.js'
import type { CommandLineEnvironment } from './environment.js'
import { formatMeasure } from './terminal/quantities.js'
import { printTable } from './terminal/table.js'

export interface ClassifiedClip {
  readonly file: string
  /** For each attribute its likeliest values, best first. */
  readonly attributes: Readonly<Record<string, readonly ScoredLabel[]>>
}

export interface ClassifiedClips {
  readonly clips: readonly ClassifiedClip[]
}

export interface ClassifyClipsOptions {
  /** The model's; the one that the package brings along when undefined. */
  readonly folder: string | undefined
  /** Values of each attribute at most. */
  readonly topK: number
  readonly device: Device
}

export const classifyClips = async (
  paths: readonly string[],
  { folder, topK, device }: ClassifyClipsOptions,
  { library, platform }: Pick<CommandLineEnvironment, 'library' | 'platform'>,
): Promise<ClassifiedClip[]> => {
  const model = await library.openClipModel(folder, device)
  try {
    requireClips(model)
    const clips: ClassifiedClip[] = []
    for (const file of paths) {
      const answers = await answerClip(
        model,
        await readMovingClip(file, model.image.size, platform),
      )
      const readings = readAttributes(model.questions ?? [], answers)
      clips.push({ file, attributes: attributesOf(readings, topK) })
    }
    return clips
  } finally {
    await model.close()
  }
}

/** Readings as a record, with so many values of each. */
export const attributesOf = (
  readings: readonly Reading[],
  topK: number,
): ClassifiedClip['attributes'] =>
  Object.fromEntries(readings.map(({ attribute, labels }) => [attribute, labels.slice(0, topK)]))

/** A row for each value of each attribute of each clip. */
export const printClips = (clips: readonly ClassifiedClip[]): string =>
  printTable(
    [{}, {}, { align: 'end' }, {}],
    clips.flatMap(({ file, attributes }) =>
      Object.entries(attributes).flatMap(([attribute, labels], place) =>
        labels.map(({ label, score }, rank) => [
          rank === 0 ? attribute : '',
          label,
          formatMeasure(score),
          place === 0 && rank === 0 ? file : '',
        ]),
      ),
    ),
  )
