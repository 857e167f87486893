/** The network of a model of words and pictures with its weights, and the programs made of it. */

import { createGraph } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { openOnce } from '../../engine/runtime/open-once.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { codesOf } from '../../network/models/clip-grid.js'
import {
  captionPlaces,
  captionPositions,
  drawingPlaces,
  drawingPositions,
  networkOptions,
  type TextImage,
} from '../../network/models/text-image.js'
import { type Bound, parameterInputs } from '../../network/parameters.js'
import { specialId, type Vocabulary } from '../../tokenizers/vocabulary.js'
import { createDecoder, type Decoder } from '../decoding/decoder.js'
import { type TextImageConfig, textImageOf } from './config.js'

export interface LoadedNetwork {
  readonly config: TextImageConfig
  readonly vocabulary: Vocabulary
  readonly model: TextImage
  /** Frames of a whole clip; 1 for a model of pictures. */
  readonly clipFrames: number
  /** Codes of a picture of so many frames. */
  placesOf(frames: number): number
  /** The ids of codes that count from 0. */
  idsOf(codes: Int32Array): number[]
  /** The program of this name, made by `build` when it is first asked for. */
  program(
    name: string,
    build: (parameters: Bound<TextImage['parameters']>) => Readonly<Record<string, Value>>,
  ): Promise<Program>
  /** The decoder for so many sequences at once; it has one cache, so that uses take turns. */
  decoder(direction: 'drawing' | 'caption', batch: number, frames: number): Promise<Decoder>
  close(): Promise<void>
}

export const loadNetwork = async (
  runtime: Runtime,
  config: TextImageConfig,
  tensors: Tensors,
): Promise<LoadedNetwork> => {
  const { vocabulary, options, model } = textImageOf(config)
  const { layout } = config
  const buffers = await runtime.createBuffers(tensors)
  const programs = openOnce<Program>()
  const decoders = openOnce<Decoder>()
  return {
    ...{ config, vocabulary, model },
    clipFrames: layout.frames,
    placesOf: (frames) => codesOf({ ...layout, frames }),
    idsOf: (codes) => Array.from(codes, (code) => vocabulary.image.start + code),
    program: (name, build) =>
      programs.get(name, () => {
        const { values } = parameterInputs(model.parameters)
        return runtime.createProgram(createGraph(build(values)), { buffers })
      }),
    decoder(direction, batch, frames) {
      const name = `${direction} ${batch} ${frames}`
      return decoders.get(name, () => {
        const isDrawing = direction === 'drawing'
        const seen = { ...layout, frames }
        return createDecoder({
          ...{ runtime, buffers, name, batch },
          network: networkOptions(options),
          positions: isDrawing ? drawingPositions(seen) : captionPositions(seen),
          places: isDrawing ? drawingPlaces(seen) : captionPlaces(seen),
          pad: specialId('<pad>'),
          range: isDrawing ? vocabulary.image : vocabulary.text,
        })
      })
    },
    async close() {
      await programs.close()
      await decoders.close()
      await buffers.close()
    },
  }
}
