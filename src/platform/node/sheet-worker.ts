/** A worker thread that decodes sheets of sprites and draws clips; `media.ts` speaks with it. */

import { workerData } from 'node:worker_threads'
import sharp from 'sharp'
import type { EncodedPicture } from '../../data/example.js'
import type { Clip } from '../../data/media/media.js'
import { type Composition, composeClip } from '../../data/sprites/compose.js'
import type { DecodeLimits } from './decode.js'
import { decodeSheets } from './sheets.js'
import { answerCalls } from './worker-calls.js'

export interface SheetWorkerData {
  readonly sheets: ReadonlyMap<string, EncodedPicture>
  readonly limits: DecodeLimits
}

/** What to draw; undefined only waits until all sheets are decoded. */
export type SheetRequest = Composition | undefined

sharp.concurrency(1)
sharp.cache(false)

// What `media.ts` starts the worker with.
const { sheets, limits } = workerData as SheetWorkerData
const decoding = decodeSheets(sheets, limits)
// A fault is told to whoever asks; until then it is not an unhandled one.
decoding.catch(() => {})

answerCalls<SheetRequest, Clip | undefined>(async (composition) => {
  const decoded = await decoding
  return composition && composeClip(composition, decoded)
})
