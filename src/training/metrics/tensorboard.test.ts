import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { DataError } from '../../errors.js'
import { createTensorBoard } from './tensorboard.js'

const time = 1_700_000_000_000
const path = 'run/events.out.tfevents.1700000000.tesserae.0'

/** The smallest PNG file's signature and header chunk: 3 pixels wide, 2 high. */
const png = Uint8Array.from([
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 0, 3, 0, 0, 0, 2, 8, 6, 0, 0, 0],
])

/** The data of each record. */
const recordsOf = (bytes: Uint8Array): string[] => {
  const records: string[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const length = Number(new DataView(bytes.buffer, offset).getBigUint64(0, true))
    records.push(Buffer.from(bytes.subarray(offset + 12, offset + 12 + length)).toString('hex'))
    offset += 12 + length + 4
  }
  return records
}

/** The time of every event, 1.7e9 seconds, as field 1: a double. */
const eventTime = '0900000040fc54d941'

describe('an event file', () => {
  test('begins with the record that names its version, byte for byte', async () => {
    const files = createMemoryFiles()
    await createTensorBoard(files, 'run', { step: 0, time })
    const bytes = await files.read(path)
    // What RecordWriter and Event of the Python package tensorboard 2.21.0 write.
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '1800000000000000a37f4b22' + // 24 bytes, and the checksum of that number
        '0900000040fc54d9411a0d627261696e2e4576656e743a32' + // the time, "brain.Event:2"
        'eced8f9d', // the checksum of the data
    )
  })

  test('holds scalars by name and step', async () => {
    const files = createMemoryFiles()
    const board = await createTensorBoard(files, 'run', { step: 0, time })
    await board.write({ step: 300, time, values: { a: 1.5, b: -2 } })
    const [, scalars] = recordsOf(await files.read(path))
    expect(scalars).toBe(
      eventTime +
        '10ac02' + // field 2, the step: 300 as a varint
        '2a14' + // field 5, the summary: 20 bytes
        '0a08' + // field 1, a value: 8 bytes
        '0a0161' + // field 1, the tag: "a"
        '150000c03f' + // field 2, the simple value: 1.5
        '0a080a016215000000c0', // the same for "b": -2
    )
  })

  test('holds pictures with the size that their header tells', async () => {
    const files = createMemoryFiles()
    const board = await createTensorBoard(files, 'run', { step: 0, time })
    await board.writeImage({ step: 1, time, name: 'p', png })
    const [, image] = recordsOf(await files.read(path))
    expect(image).toBe(
      eventTime +
        '1001' +
        '2a2c' + // the summary: 44 bytes
        '0a2a' + // a value: 42 bytes
        '0a0170' + // the tag: "p"
        '2225' + // field 4, an image: 37 bytes
        '080210031804' + // height 2, width 3, 4 channels
        '221d' + // field 4, the encoded picture: 29 bytes
        Buffer.from(png).toString('hex'),
    )
    const junk = { step: 1, time, name: 'cat', png: png.subarray(1) }
    await expect(board.writeImage(junk)).rejects.toThrow(DataError)
    await expect(board.writeImage(junk)).rejects.toThrow('picture "cat": expected the bytes of')
  })

  test('of a resumed run is a further one that takes back later steps', async () => {
    const files = createMemoryFiles()
    await createTensorBoard(files, 'run', { step: 0, time })
    await createTensorBoard(files, 'run', { step: 7, time })
    const second = 'run/events.out.tfevents.1700000000.tesserae.1'
    expect((await files.list('run')).map((file) => file.path)).toEqual([path, second])
    const [, start] = recordsOf(await files.read(second))
    expect(start).toBe(
      eventTime +
        '1008' + // the first step that is no longer valid: 8
        '3a020801', // field 7, the session log: status START
    )
  })
})
