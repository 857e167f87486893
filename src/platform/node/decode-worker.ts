/** A worker thread that decodes pictures; `media.ts` starts it and speaks with it. */

import { workerData } from 'node:worker_threads'
import sharp from 'sharp'
import type { DecodeOptions, Picture } from '../../data/media.js'
import { type DecodeLimits, decodePicture } from './decode.js'
import { answerCalls } from './worker-calls.js'

export interface DecodeRequest {
  readonly bytes: Uint8Array
  readonly options: DecodeOptions
}

// One thread of libvips in each worker, and no cache: no picture is decoded twice in a row.
sharp.concurrency(1)
sharp.cache(false)

answerCalls<DecodeRequest, Picture>(({ bytes, options }) =>
  decodePicture(bytes, options, workerData as DecodeLimits),
)
