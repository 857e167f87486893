/** A worker thread that decodes pictures; `media.ts` starts it and speaks with it. */

import { parentPort, workerData } from 'node:worker_threads'
import sharp from 'sharp'
import type { DecodeOptions, Picture } from '../../data/media.js'
import { TesseraeError } from '../../errors.js'
import { type DecodeLimits, decodePicture } from './decode.js'

export interface DecodeRequest {
  readonly id: number
  readonly bytes: Uint8Array
  readonly options: DecodeOptions
}

/** `fault`: the message of a DataError. `bug`: anything else that was thrown. */
export type DecodeReply =
  | { readonly id: number; readonly picture: Picture }
  | { readonly id: number; readonly fault: string }
  | { readonly id: number; readonly bug: string }

// One thread of libvips in each worker, and no cache: no picture is decoded twice in a row.
sharp.concurrency(1)
sharp.cache(false)

const reply = (message: DecodeReply, transfer: ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transfer)

parentPort?.on('message', ({ id, bytes, options }: DecodeRequest) => {
  decodePicture(bytes, options, workerData as DecodeLimits).then(
    (picture) => reply({ id, picture }, [picture.data.buffer as ArrayBuffer]),
    (error: unknown) =>
      reply(
        error instanceof TesseraeError
          ? { id, fault: error.message }
          : { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      ),
  )
})
