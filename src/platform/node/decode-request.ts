/** What there is to decode, in this thread or in another one. */

import type { EncodedClip } from '../../data/example.js'
import type { DecodeClipOptions, DecodeOptions, Picture } from '../../data/media/media.js'
import { type DecodeLimits, decodePicture } from './decode.js'
import { decodeClip } from './decode-clip.js'

export type DecodeRequest =
  | { readonly bytes: Uint8Array; readonly options: DecodeOptions }
  | { readonly clip: EncodedClip; readonly options: DecodeClipOptions }

export const decode = (request: DecodeRequest, limits: DecodeLimits): Promise<Picture> =>
  'clip' in request
    ? decodeClip(request.clip, request.options, limits)
    : decodePicture(request.bytes, request.options, limits)
