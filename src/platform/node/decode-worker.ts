/** A worker thread that decodes pictures; `media.ts` starts it and speaks with it. */

import { workerData } from 'node:worker_threads'
import sharp from 'sharp'
import type { Picture } from '../../data/media/media.js'
import type { DecodeLimits } from './decode.js'
import { type DecodeRequest, decode } from './decode-request.js'
import { answerCalls } from './worker-calls.js'

// One thread of libvips in each worker, and no cache: no picture is decoded twice in a row.
sharp.concurrency(1)
sharp.cache(false)

// What `media.ts` starts the worker with.
answerCalls<DecodeRequest, Picture>((request) => decode(request, workerData as DecodeLimits))
