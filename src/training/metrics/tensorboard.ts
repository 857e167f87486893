/**
 * Event files for TensorBoard: scalars and pictures by step. Formats: TFRecord framing
 * (tensorflow/core/lib/io/record_writer.h) around Event messages (tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto).
 */

import { createMessage, type MessageWriter } from '../../engine/onnx/protobuf.js'
import { DataError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { crc32c } from './crc32c.js'
import type { MetricsEntry, MetricsWriter } from './metrics.js'

export interface TensorBoardWriter extends MetricsWriter {
  /** Adds a picture, as the bytes of a PNG file. Throws DataError, StorageError. */
  writeImage(image: ImageEntry): Promise<void>
}

export interface ImageEntry {
  readonly step: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly name: string
  readonly png: Uint8Array
}

/** Where an event file begins: the last step that stays valid, 0 for a new run, and the time. */
export interface TensorBoardStart {
  readonly step: number
  readonly time: number
}

/**
 * Begins an event file in a folder. After those of an interrupted run it tells TensorBoard to forget
 * their later steps. Throws StorageError.
 */
export const createTensorBoard = async (
  files: Files,
  folder: string,
  { step, time }: TensorBoardStart,
): Promise<TensorBoardWriter> => {
  const path = await freePath(files, folder, Math.floor(time / 1000))
  const append = (event: MessageWriter) => files.append(path, frame(event.finish()))
  await append(createEvent({ time }).string(eventField.fileVersion, 'brain.Event:2'))
  if (step > 0) {
    const start = createMessage().varint(1, 1) // status: START
    await append(createEvent({ step: step + 1, time }).message(eventField.sessionLog, start))
  }
  return {
    async write(entry) {
      await append(createEvent(entry).message(eventField.summary, scalarSummary(entry.values)))
    },
    async writeImage(image) {
      await append(createEvent(image).message(eventField.summary, imageSummary(image)))
    },
  }
}

const eventField = { time: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const

const createEvent = ({ step, time }: { step?: number; time: number }): MessageWriter => {
  const event = createMessage().double(eventField.time, time / 1000)
  return step === undefined ? event : event.varint(eventField.step, step)
}

const scalarSummary = (values: MetricsEntry['values']): MessageWriter => {
  const summary = createMessage()
  for (const [name, value] of Object.entries(values)) {
    summary.message(1, createMessage().string(1, name).float(2, value))
  }
  return summary
}

const imageSummary = ({ name, png }: ImageEntry): MessageWriter => {
  const { width, height } = sizeOfPng(name, png)
  const colourChannels = 4
  const image = createMessage().varint(1, height).varint(2, width).varint(3, colourChannels)
  return createMessage().message(1, createMessage().string(1, name).message(4, image.bytes(4, png)))
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** The size that the header chunk, the first of every PNG file, tells. */
const sizeOfPng = (name: string, png: Uint8Array): { width: number; height: number } => {
  if (png.length < 24 || pngSignature.some((byte, index) => png[index] !== byte)) {
    throw new DataError(`picture "${name}": expected the bytes of a PNG file. Encode it as PNG.`)
  }
  const view = new DataView(png.buffer, png.byteOffset)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

/** A record: length, checksum of the length, data, checksum of the data. */
const frame = (data: Uint8Array): Uint8Array => {
  const record = new Uint8Array(12 + data.length + 4)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true)
  record.set(data, 12)
  view.setUint32(12 + data.length, maskedChecksum(data), true)
  return record
}

/** Checksums of data that contains checksums are weak, so the format rotates and shifts them. */
const maskedChecksum = (bytes: Uint8Array): number => {
  const checksum = crc32c(bytes)
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0
}

/** TensorBoard reads the files of a folder in the order of their names. */
const freePath = async (files: Files, folder: string, seconds: number): Promise<string> => {
  for (let count = 0; ; count++) {
    const name = `events.out.tfevents.${String(seconds).padStart(10, '0')}.tesserae.${count}`
    const path = joinPath(folder, name)
    if ((await files.stat(path)) === undefined) return path
  }
}
