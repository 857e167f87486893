/**
 * Records a run in its folder: `metrics.jsonl`, TensorBoard events, curves as SVG and sheets of
 * samples. Watching it live is the caller's business.
 */

import { type Files, joinPath } from '../../storage/files.js'
import { type Curve, drawCurves } from '../../training/metrics/curves.js'
import { createJsonLines, readJsonLines } from '../../training/metrics/json-lines.js'
import { createTensorBoard } from '../../training/metrics/tensorboard.js'
import type { RunReporter } from '../../training/run.js'

export interface RecorderOptions {
  readonly files: Files
  /** The run's folder. */
  readonly folder: string
  readonly title: string
  /** The last step of an interrupted run that stays valid; 0 for a new run. */
  readonly step: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const lossChart = 'loss.svg'

/** Where a curve's lowest point says when the model was at its best. */
const isBestAtLowest = (file: string, name: string): boolean =>
  file === lossChart && name.startsWith('validation/')

/** The charts: which measures go together, by their names. */
const charts = [
  {
    file: lossChart,
    valueName: 'loss',
    pattern:
      /^(train\/(.*\.)?loss|validation\/((drawing|caption|stillDrawing|stillCaption)\..*|.*\.loss))$/,
  },
  { file: 'accuracy.svg', valueName: 'share', pattern: /accuracy$|drawn\./ },
  { file: 'quality.svg', valueName: 'PSNR in dB', pattern: /psnrDb$/ },
  { file: 'codes.svg', valueName: 'share of codes in use', pattern: /usage$/ },
] as const

export const createRecorder = async ({
  files,
  folder,
  title,
  step: startStep,
  now,
}: RecorderOptions): Promise<RunReporter> => {
  const metricsPath = joinPath(folder, 'metrics.jsonl')
  const lines = await createJsonLines(files, metricsPath, { step: startStep })
  const board = await createTensorBoard(files, joinPath(folder, 'tensorboard'), {
    step: startStep,
    time: now(),
  })
  const write = async (step: number, values: Record<string, number>) => {
    const entry = { step, time: now(), values }
    await lines.write(entry)
    await board.write(entry)
  }
  const underPrefix = (prefix: string, values: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]))

  const drawCharts = async () => {
    const entries = await readJsonLines(files, metricsPath)
    const curves = new Map<string, (readonly [number, number])[]>()
    for (const { step, values } of entries) {
      for (const [name, value] of Object.entries(values)) {
        const points = curves.get(name) ?? []
        points.push([step, value])
        curves.set(name, points)
      }
    }
    for (const { file, valueName, pattern } of charts) {
      const chosen: Curve[] = Array.from(curves).flatMap(([name, points]) =>
        pattern.test(name)
          ? [{ name: name.replace('/', ' '), points, isLowestMarked: isBestAtLowest(file, name) }]
          : [],
      )
      if (chosen.length === 0) continue
      const isLogarithmic = file === lossChart
      const svg = drawCurves({ title, curves: chosen, valueName, isLogarithmic })
      await files.write(joinPath(folder, 'curves', file), svg)
    }
  }

  return {
    step: ({ step, measures, learningRate, tokensPerSecond, waitingShare }) =>
      write(step, {
        ...underPrefix('train', measures),
        learningRate,
        tokensPerSecond,
        waitingShare,
      }),
    async evaluation(step, measures) {
      await write(step, underPrefix('validation', measures))
      await drawCharts()
    },
    async sample(step, name, sample) {
      const path = joinPath(folder, 'samples', `${name}-${String(step).padStart(8, '0')}`)
      if (typeof sample === 'string') {
        await files.write(`${path}.txt`, `${sample}\n`)
        return
      }
      await files.write(`${path}.png`, sample)
      await board.writeImage({ step, time: now(), name: `samples/${name}`, png: sample })
    },
    checkpoint: async () => {},
    notice: async () => {},
  }
}
