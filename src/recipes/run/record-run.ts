/**
 * Writes down what happens in a run, in its folder: `metrics.jsonl`, event files for TensorBoard,
 * curves as SVG pictures and the samples. A resumed run goes on with what is there.
 */

import { type Files, joinPath } from '../../storage/files.js'
import { type Curve, drawCurves } from '../../training/metrics/curves.js'
import { createJsonLines, readJsonLines } from '../../training/metrics/json-lines.js'
import type { MetricsEntry } from '../../training/metrics/metrics.js'
import { createTensorBoard } from '../../training/metrics/tensorboard.js'
import type { RunReporter, StepReport } from '../../training/run.js'

export interface RecordRunOptions {
  readonly files: Files
  /** The run's folder. */
  readonly folder: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const metricsName = 'metrics.jsonl'

/** A reporter that writes into a run's folder. Its methods throw StorageError. */
export const recordRun = ({ files, folder, now = Date.now }: RecordRunOptions): RunReporter => {
  const metricsPath = joinPath(folder, metricsName)
  const open = async (step: number) => ({
    log: await createJsonLines(files, metricsPath, { step }),
    board: await createTensorBoard(files, joinPath(folder, 'tensorboard'), { step, time: now() }),
  })
  let opening: ReturnType<typeof open> | undefined
  /** Only the first report tells after which step a run goes on. */
  const writersAfter = (step: number) => {
    opening ??= open(step)
    return opening
  }
  const write = async (entry: MetricsEntry, lastStep: number) => {
    const { log, board } = await writersAfter(lastStep)
    await log.write(entry)
    await board.write(entry)
  }
  return {
    step: (report) =>
      write({ step: report.step, time: now(), values: trainingValues(report) }, report.step - 1),
    async evaluation(step, measures) {
      await write({ step, time: now(), values: prefixed('validation', measures) }, step)
      const entries = await readJsonLines(files, metricsPath)
      for (const [name, svg] of Object.entries(drawAllCurves(entries))) {
        await files.write(joinPath(folder, 'curves', `${name}.svg`), svg)
      }
    },
    async sample(step, name, png) {
      const file = `${String(step).padStart(8, '0')}-${name}.png`
      await files.write(joinPath(folder, 'samples', file), png)
      const { board } = await writersAfter(step)
      await board.writeImage({ step, time: now(), name, png })
    },
    checkpoint: async () => {},
  }
}

const trainingValues = ({ measures, learningRate, tokensPerSecond }: StepReport) =>
  prefixed('train', { ...measures, learningRate, tokensPerSecond })

const prefixed = (prefix: string, values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]))

/**
 * A chart for each subject: `train/drawing.loss` and `validation/drawing.heldOut` are both about the
 * drawing. Of what training measures at each step, losses alone are worth a curve.
 */
const drawAllCurves = (entries: readonly MetricsEntry[]): Record<string, string> => {
  const charts = new Map<string, Map<string, [number, number][]>>()
  for (const { step, values } of entries) {
    for (const [path, value] of Object.entries(values)) {
      const [part = '', name = ''] = path.split('/')
      if (part === 'train' && !/(^|\.)loss$/.test(name)) continue
      const subject = name.split('.')[0]!
      const chart = charts.get(subject) ?? new Map<string, [number, number][]>()
      charts.set(subject, chart)
      const points = chart.get(path) ?? []
      chart.set(path, points)
      points.push([step, value])
    }
  }
  return Object.fromEntries(
    Array.from(charts, ([subject, chart]) => [
      subject,
      drawCurves({
        title: subject,
        valueName: subject,
        curves: Array.from(
          chart,
          ([path, points]): Curve => ({ name: path.replace('/', ' '), points }),
        ),
      }),
    ]),
  )
}
