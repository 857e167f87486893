import { describe, expect, test } from 'vitest'
import { fullAfter, Killed, killedAfter } from '../../test/support/failing-files.js'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { numbersOf, tensorOf } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import {
  bestCheckpoint,
  type Checkpoint,
  latestCheckpoint,
  listCheckpoints,
  readCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
  setAsideCheckpointsAfter,
} from './checkpoints.js'
import { baseName, type Files } from './files.js'

/** Saves a checkpoint whose tensors and state both tell the step and the version. */
const save = (files: Files, step: number, options: SaveCheckpointOptions = {}, version = 1) =>
  saveCheckpoint(
    files,
    'run',
    {
      step,
      tensors: [
        ['weights', tensorOf('float32', [step, version])],
        ['moments', tensorOf('float32', [step, version])],
      ],
      state: { step, version },
    },
    options,
  )

/** Step and version of a checkpoint, all parts of which must agree. */
const contentOf = (checkpoint: Checkpoint | undefined) => {
  if (checkpoint === undefined) return undefined
  const { step, version } = checkpoint.state as { step: number; version: number }
  expect(checkpoint.step).toBe(step)
  expect(numbersOf(checkpoint.tensors.get('weights')!)).toEqual([step, version])
  expect(numbersOf(checkpoint.tensors.get('moments')!)).toEqual([step, version])
  return [step, version]
}

const namesOf = async (files: Files) =>
  (await files.list('run/checkpoints')).map(({ path }) => baseName(path))

describe('checkpoints', () => {
  test('come back newest first, and best', async () => {
    const files = createMemoryFiles()
    expect(await latestCheckpoint(files, 'run')).toBeUndefined()
    expect(await bestCheckpoint(files, 'run')).toBeUndefined()
    await save(files, 5)
    expect(await bestCheckpoint(files, 'run')).toBeUndefined()
    await save(files, 1234, { isBest: true })
    const saved = await save(files, 100_000_000)
    expect(saved.path).toBe('run/checkpoints/step-100000000')
    expect(contentOf(await latestCheckpoint(files, 'run'))).toEqual([100_000_000, 1])
    expect(contentOf(await bestCheckpoint(files, 'run'))).toEqual([1234, 1])
    expect(await listCheckpoints(files, 'run')).toEqual([
      { path: 'run/checkpoints/step-00000005', step: 5, isBest: false },
      { path: 'run/checkpoints/step-00001234', step: 1234, isBest: true },
      { path: 'run/checkpoints/step-100000000', step: 100_000_000, isBest: false },
    ])
  })

  test('are removed when enough newer ones exist, save the best', async () => {
    const files = createMemoryFiles()
    for (const step of [1, 2, 3, 4, 5]) await save(files, step, { keep: 2, isBest: step === 2 })
    expect(await namesOf(files)).toEqual(['step-00000002', 'step-00000004', 'step-00000005'])
    await save(files, 6, { keep: 0, isBest: true })
    expect(await namesOf(files)).toEqual(['step-00000006'])
  })

  test('of a step that is saved again are replaced', async () => {
    const files = createMemoryFiles()
    await save(files, 7)
    await save(files, 7, {}, 2)
    expect(contentOf(await latestCheckpoint(files, 'run'))).toEqual([7, 2])
    expect(await namesOf(files)).toEqual(['step-00000007'])
  })

  test('that are saved before others always stay', async () => {
    const files = createMemoryFiles()
    for (const step of [1, 2]) await save(files, step, { keep: 9 })
    await save(files, 0, { keep: 1 })
    expect(await namesOf(files)).toEqual(['step-00000000', 'step-00000002'])
  })
})

describe('a damaged checkpoint', () => {
  const damaged = async () => {
    const files = createMemoryFiles()
    await save(files, 1)
    await save(files, 2)
    await files.write('run/checkpoints/step-00000002/state.json', '{"step":2,"version":9}')
    return files
  }

  test('is passed over, and whoever asks is told', async () => {
    const files = await damaged()
    const errors: StorageError[] = []
    const latest = await latestCheckpoint(files, 'run', {
      onDamaged: (error) => errors.push(error),
    })
    expect(contentOf(latest)).toEqual([1, 1])
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('run/checkpoints/step-00000002/state.json: it has 22 bytes'),
    ])
  })

  test('is set aside until a whole one is as far, and neither newest nor best till then', async () => {
    const files = createMemoryFiles()
    for (const step of [1, 2, 4]) await save(files, step, { keep: 9, isBest: step !== 2 })
    await files.write('run/checkpoints/step-00000004/state.json', '{}')
    await setAsideCheckpointsAfter(files, 'run', 2)
    const aside = 'step-00000004.damaged'
    expect(await namesOf(files)).toEqual(['step-00000001', 'step-00000002', aside])
    expect(contentOf(await latestCheckpoint(files, 'run'))).toEqual([2, 1])
    expect(contentOf(await bestCheckpoint(files, 'run'))).toEqual([1, 1])
    await save(files, 3, { keep: 1 })
    expect(await namesOf(files)).toEqual(['step-00000001', 'step-00000003', aside])
    await save(files, 4, { keep: 1 })
    expect(await namesOf(files)).toEqual(['step-00000001', 'step-00000004'])
  })

  test('is refused when it is asked for by name', async () => {
    const files = await damaged()
    await expect(readCheckpoint(files, 'run/checkpoints/step-00000002')).rejects.toThrow(
      StorageError,
    )
  })

  test('is not confused with a whole one that the disk refuses to read for the moment', async () => {
    const files = createMemoryFiles()
    await save(files, 1)
    await save(files, 2, { isBest: true })
    const refusing = (method: 'sha256' | 'read' | 'readRange') => ({
      ...files,
      [method]: () => Promise.reject(new StorageError('cannot read: too many files are open.')),
    })
    for (const method of ['sha256', 'read', 'readRange'] as const) {
      await expect(latestCheckpoint(refusing(method), 'run')).rejects.toThrow('too many files')
      await expect(bestCheckpoint(refusing(method), 'run')).rejects.toThrow('too many files')
    }
  })

  test('does not make a run start from nothing when there is no other', async () => {
    const files = await damaged()
    await files.remove('run/checkpoints/step-00000001')
    await expect(latestCheckpoint(files, 'run')).rejects.toThrow('state.json: it has 22 bytes')
  })

  test('without a manifest is neither listed nor removed, and other folders are left alone', async () => {
    const files = await damaged()
    await files.remove('run/checkpoints/step-00000001/manifest.json')
    await files.write('run/checkpoints/step-notes/a', '')
    await save(files, 3, { keep: 1 })
    expect(await namesOf(files)).toEqual(['step-00000001', 'step-00000003', 'step-notes'])
  })

  test('that is no checkpoint at all is refused', async () => {
    const files = createMemoryFiles()
    await save(files, 1)
    const path = 'run/checkpoints/step-00000001/manifest.json'
    await files.write(path, '{"format":1,"about":{},"files":{}}')
    await expect(latestCheckpoint(files, 'run')).rejects.toThrow('it is not a checkpoint')
  })
})

describe.each([
  ['a new step', 4],
  ['a step again', 3],
])('saving %s', (_, step) => {
  const prepared = async () => {
    const files = createMemoryFiles()
    for (const old of [1, 2, 3]) await save(files, old, { keep: 2, isBest: old === 1 })
    return files
  }
  const options = { keep: 2, isBest: true }

  test('and being killed at any moment leaves the last checkpoint or the new one', async () => {
    const outcomes = new Set<string>()
    for (let changes = 0; ; changes++) {
      const files = await prepared()
      const isDone = await save(killedAfter(files, changes), step, options, 2).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Killed)
          return false
        },
      )
      const [latest, best] = [
        contentOf(await latestCheckpoint(files, 'run')),
        contentOf(await bestCheckpoint(files, 'run')),
      ]
      outcomes.add(JSON.stringify({ latest, best }))

      // The resumed run saves on, and what the killed one left behind disappears.
      await save(files, 5, options)
      expect(contentOf(await latestCheckpoint(files, 'run'))).toEqual([5, 1])
      for (const name of await namesOf(files)) expect(name).toMatch(/^step-\d{8}$/)
      if (isDone) break
    }
    expect(outcomes).toEqual(
      new Set([
        JSON.stringify({ latest: [3, 1], best: [1, 1] }),
        JSON.stringify({ latest: [step, 2], best: [step, 2] }),
      ]),
    )
  })

  test('on a disk that fills up at any moment loses nothing and can be tried again', async () => {
    const before = await namesOf(await prepared())
    for (let writes = 0; ; writes++) {
      const files = await prepared()
      const error: unknown = await save(fullAfter(files, writes), step, options, 2).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error === undefined) break
      expect(error).toBeInstanceOf(StorageError)
      expect(contentOf(await latestCheckpoint(files, 'run'))).toEqual([3, 1])
      expect(contentOf(await bestCheckpoint(files, 'run'))).toEqual([1, 1])
      expect(await namesOf(files)).toEqual(before)
      await save(files, step, options, 2)
      expect(contentOf(await latestCheckpoint(files, 'run'))).toEqual([step, 2])
    }
  })
})
