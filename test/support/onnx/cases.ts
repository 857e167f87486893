/**
 * Reads the node cases of the ONNX project (Apache-2.0): one JSON object a line, tensors as base64
 * of their little-endian bytes. `TESSERAE_DATA` names a folder with all of them; the fixtures hold a
 * sample.
 */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type DType, dtypes, viewArray } from '../../../src/engine/tensor/dtype.js'
import { createTensor, type Tensor } from '../../../src/engine/tensor/tensor.js'
import { wholeData } from '../whole-data.js'

interface EncodedTensor {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly b64: string
}

export interface OnnxCaseNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attrs: Readonly<Record<string, unknown>>
}

export interface OnnxCase {
  readonly case: string
  readonly nodes: readonly OnnxCaseNode[]
  readonly inputs: readonly EncodedTensor[]
  readonly outputs: readonly EncodedTensor[]
  readonly initializers: readonly EncodedTensor[]
}

const sample = new URL('../../fixtures/onnx-cases/sample.jsonl.gz', import.meta.url)

/** Every case, or the sample of the fixtures. */
export const readOnnxCases = (): { readonly cases: OnnxCase[]; readonly isComplete: boolean } => {
  const all = wholeData('oracles/onnx/node-cases.jsonl.gz')
  const lines = gunzipSync(readFileSync(all ?? sample))
    .toString('utf8')
    .trim()
    .split('\n')
  return { cases: lines.map((line) => JSON.parse(line)), isComplete: all !== undefined }
}

/** A tensor of a case, or undefined when the engine does not have its dtype. */
export const decodeTensor = ({ dtype, shape, b64 }: EncodedTensor): Tensor | undefined => {
  if (!dtypes.includes(dtype as DType)) return undefined
  // A copy, for the buffers of Node are views at odd offsets.
  const bytes = Uint8Array.from(Buffer.from(b64, 'base64'))
  return createTensor(dtype as DType, shape, viewArray(dtype as DType, bytes.buffer))
}
