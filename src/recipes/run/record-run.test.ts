import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../storage/memory-files.js'
import { readJsonLines } from '../../training/metrics/json-lines.js'
import type { StepReport } from '../../training/run.js'
import { recordRun } from './record-run.js'

const report = (step: number, measures: Record<string, number>): StepReport => ({
  step,
  steps: 10,
  measures,
  learningRate: 0.001,
  tokensPerSecond: 5000,
  secondsLeft: 1,
  waitingShare: 0,
})

/** As much of a PNG file as tells its size: 2 x 2 pixels. */
const startOfPng = Uint8Array.of(
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ...[0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 0, 2, 0, 0, 0, 2],
)

const namesIn = async (files: ReturnType<typeof createMemoryFiles>, folder: string) =>
  (await files.list(folder)).map(({ path }) => path)

describe('the record of a run', () => {
  test('has each step and each evaluation', async () => {
    const files = createMemoryFiles()
    const reporter = recordRun({ files, folder: 'run', now: () => 5 })
    await reporter.step(report(1, { loss: 3, gradientNorm: 1 }))
    await reporter.evaluation(1, { psnrDb: 20 })
    expect(await readJsonLines(files, 'run/metrics.jsonl')).toEqual([
      {
        step: 1,
        time: 5,
        values: {
          'train/loss': 3,
          'train/gradientNorm': 1,
          'train/learningRate': 0.001,
          'train/tokensPerSecond': 5000,
        },
      },
      { step: 1, time: 5, values: { 'validation/psnrDb': 20 } },
    ])
    expect(await namesIn(files, 'run/tensorboard')).toHaveLength(1)
  })

  test('draws losses of training and of validation about one subject in one chart', async () => {
    const files = createMemoryFiles()
    const reporter = recordRun({ files, folder: 'run' })
    await reporter.step(
      report(1, { 'drawing.loss': 3, 'drawing.accuracy': 0.5, 'caption.loss': 2 }),
    )
    await reporter.evaluation(1, { 'drawing.heldOut': 4, psnrDb: 20 })
    expect(await namesIn(files, 'run/curves')).toEqual([
      'run/curves/caption.svg',
      'run/curves/drawing.svg',
      'run/curves/psnrDb.svg',
    ])
    const svg = await files.readText('run/curves/drawing.svg')
    expect(svg).toContain('train drawing.loss')
    expect(svg).toContain('validation drawing.heldOut')
    expect(svg).not.toContain('accuracy')
  })

  test('keeps samples under their step', async () => {
    const files = createMemoryFiles()
    const reporter = recordRun({ files, folder: 'run' })
    await reporter.sample(12, 'drawn', startOfPng)
    expect(await namesIn(files, 'run/samples')).toEqual(['run/samples/00000012-drawn.png'])
  })

  test('forgets what came after the step from which a run goes on', async () => {
    const files = createMemoryFiles()
    const first = recordRun({ files, folder: 'run' })
    for (const step of [1, 2, 3, 4]) await first.step(report(step, { loss: 5 - step }))
    const second = recordRun({ files, folder: 'run' })
    await second.step(report(3, { loss: 9 }))
    const entries = await readJsonLines(files, 'run/metrics.jsonl')
    expect(entries.map(({ step, values }) => [step, values['train/loss']])).toEqual([
      [1, 4],
      [2, 3],
      [3, 9],
    ])
  })
})
