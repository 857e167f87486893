import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { blankPicture } from '../../../test/support/pictures.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { readJsonLines } from '../../training/metrics/json-lines.js'
import type { StepReport } from '../../training/run.js'
import { createRecorder } from './recorder.js'

const reportOf = (step: number): StepReport => ({
  step,
  steps: 10,
  measures: { loss: 10 / step, accuracy: step / 10 },
  learningRate: 0.1,
  tokensPerSecond: 50,
  secondsLeft: 9,
  waitingShare: 0.25,
})

const record = (files = createMemoryFiles(), step = 0) =>
  createRecorder({ files, folder: 'run', title: 'small cats', step, now: () => 1000 })

describe('a run is recorded', () => {
  test('as numbers by name', async () => {
    const files = createMemoryFiles()
    const recorder = await record(files)
    await recorder.step(reportOf(1))
    await recorder.evaluation(1, { 'drawing.train': 3 })
    expect(await readJsonLines(files, 'run/metrics.jsonl')).toEqual([
      {
        step: 1,
        time: 1000,
        values: {
          'train/loss': 10,
          'train/accuracy': 0.1,
          learningRate: 0.1,
          tokensPerSecond: 50,
          waitingShare: 0.25,
        },
      },
      { step: 1, time: 1000, values: { 'validation/drawing.train': 3 } },
    ])
  })

  test('as curves of what there is to see, drawn anew at each evaluation', async () => {
    const files = createMemoryFiles()
    const recorder = await record(files)
    for (const step of [1, 2, 3]) await recorder.step(reportOf(step))
    expect(await files.stat('run/curves')).toBeUndefined()
    await recorder.evaluation(3, { 'drawing.train': 3, 'stillCaption.heldOut': 2 })
    const names = (await files.list('run/curves')).map(({ path }) => path)
    expect(names).toEqual(['run/curves/accuracy.svg', 'run/curves/loss.svg'])
    const svg = await files.readText('run/curves/loss.svg')
    expect(svg).toContain('small cats')
    expect(svg).toContain('validation drawing.train')
    expect(svg).toContain('validation stillCaption.heldOut')
  })

  test('as sheets of samples, named so that they sort by step', async () => {
    const files = createMemoryFiles()
    const recorder = await record(files)
    const png = await createNodeMedia().encodePng(blankPicture(2, 2))
    await recorder.sample(20, 'train', png)
    expect(await files.read('run/samples/train-00000020.png')).toEqual(png)
  })

  test('for TensorBoard, too', async () => {
    const files = createMemoryFiles()
    const recorder = await record(files)
    await recorder.step(reportOf(1))
    const [events] = await files.list('run/tensorboard')
    expect(events!.path).toMatch(/tfevents/)
    expect(events!.size).toBeGreaterThan(50)
  })
})

test('a run that goes on forgets the steps after its checkpoint', async () => {
  const files = createMemoryFiles()
  const first = await record(files)
  for (const step of [1, 2, 3, 4, 5]) await first.step(reportOf(step))
  const second = await record(files, 3)
  await second.step(reportOf(4))
  const entries = await readJsonLines(files, 'run/metrics.jsonl')
  expect(entries.map(({ step }) => step)).toEqual([1, 2, 3, 4])
})
