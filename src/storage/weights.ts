/**
 * The weights of a network in a safetensors file, some of them quantized. A quantized matrix is two
 * tensors, NAME.codes and NAME.scales; the file's metadata says which they are.
 */

import { z } from 'zod'
import {
  type Bits,
  type QuantizedInput,
  quantizedLayout,
  quantizedMatrix,
  widenInput,
} from '../engine/tensor/quantized.js'
import { isSameShape, ofRank, printShape, type Shape } from '../engine/tensor/shape.js'
import { ofDtype, type Tensor } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { firstFault, parseJson } from './json.js'
import type { SafetensorsFile } from './safetensors.js'

export interface Weights {
  readonly tensors: Readonly<Record<string, Tensor>>
  /** Matrices in the place of tensors. */
  readonly quantized: ReadonlyMap<string, QuantizedInput>
}

/** The key of the metadata. */
const metadataKey = 'quantized'

const schema = z.record(
  z.string(),
  z.strictObject({
    bits: z.literal([4, 8]),
    shape: z.tuple([z.int().positive(), z.int().positive()]),
    isTransposed: z.boolean(),
  }),
)

/** What the metadata says of a matrix: the shape is that of the tensor that it stands for. */
interface Description {
  readonly bits: Bits
  readonly shape: Shape
  readonly isTransposed: boolean
}

const codesName = (name: string) => `${name}.codes`
const scalesName = (name: string) => `${name}.scales`

/** What a safetensors file of the weights holds. */
export const weightEntries = ({
  tensors,
  quantized,
}: Weights): {
  tensors: (readonly [string, Tensor])[]
  metadata: Readonly<Record<string, string>>
} => {
  const matrices = Array.from(quantized)
  const descriptions = matrices.map(([name, { matrix, isTransposed }]) => {
    const { bits, rows, columns } = matrix
    const shape = isTransposed ? [columns, rows] : [rows, columns]
    return [name, { bits, shape, isTransposed }] as const
  })
  return {
    tensors: [
      ...Object.entries(tensors),
      ...matrices.flatMap(([name, { matrix }]) => [
        [codesName(name), matrix.codes] as const,
        [scalesName(name), matrix.scales] as const,
      ]),
    ],
    metadata:
      matrices.length === 0
        ? {}
        : { [metadataKey]: JSON.stringify(Object.fromEntries(descriptions)) },
  }
}

/** The quantized matrices that a file says it has, by name. Throws StorageError. */
const describedIn = ({ path, metadata, tensors }: SafetensorsFile): Map<string, Description> => {
  const text = metadata[metadataKey]
  if (text === undefined) return new Map()
  const parsed = schema.safeParse(parseJson(text, `${path}: metadata "${metadataKey}"`))
  if (!parsed.success) {
    throw new StorageError(
      `${path}: metadata "${metadataKey}": ${firstFault(parsed.error)}. ` +
        'The file is damaged; copy or create it again.',
    )
  }
  const described = new Map(Object.entries(parsed.data))
  for (const [name, { bits, shape, isTransposed }] of described) {
    const [rows, columns] = ofRank(isTransposed ? shape.toReversed() : shape, 2)
    const codes = tensors.get(codesName(name))
    const scales = tensors.get(scalesName(name))
    const isFitting =
      codes?.type === 'U8' &&
      (scales?.type === 'F32' || scales?.type === 'F16') &&
      quantizedLayout(codes.shape, scales.shape, { columns, bits })?.rows === rows
    if (isFitting) continue
    throw new StorageError(
      `${path}: tensor ${name}: expected codes and scales of ${bits} bits for ${printShape(shape)}, ` +
        'found others or none. The file is damaged; copy or create it again.',
    )
  }
  return described
}

const readMatrix = async (
  file: SafetensorsFile,
  name: string,
  { bits, shape, isTransposed }: Description,
): Promise<QuantizedInput> => {
  const codes = ofDtype(await file.read(codesName(name)), 'uint8')
  const scales = ofDtype(await file.read(scalesName(name)), 'float32')
  const columns = isTransposed ? shape[0]! : shape[1]!
  return { matrix: quantizedMatrix(codes, scales, { columns, bits }), isTransposed }
}

/** The names of tensors that are no parts of matrices. */
const plainNames = (
  { tensors }: SafetensorsFile,
  described: ReadonlyMap<string, Description>,
): string[] => {
  const parts = new Set(Array.from(described.keys()).flatMap((n) => [codesName(n), scalesName(n)]))
  return Array.from(tensors.keys()).filter((name) => !parts.has(name))
}

/** The names of all weights of a file, by its header. Throws StorageError. */
export const weightNames = (file: SafetensorsFile): string[] => {
  const described = describedIn(file)
  return [...plainNames(file, described), ...described.keys()]
}

/** All weights of a file, whatever they are. Throws StorageError. */
export const readAllWeights = async (file: SafetensorsFile): Promise<Weights> => {
  const described = describedIn(file)
  const tensors: Record<string, Tensor> = {}
  for (const name of plainNames(file, described)) tensors[name] = await file.read(name)
  const quantized = new Map<string, QuantizedInput>()
  for (const [name, description] of described) {
    quantized.set(name, await readMatrix(file, name, description))
  }
  return { tensors, quantized }
}

/**
 * The weights that a network needs. Nothing is read before the header fits. Throws StorageError that
 * names the first tensor that is missing, too many, or of another shape or type.
 */
export const readWeights = async (
  file: SafetensorsFile,
  wanted: ReadonlyMap<string, { readonly shape: Shape }>,
): Promise<Weights> => {
  const described = describedIn(file)
  const refuse = (fault: string): never => {
    throw new StorageError(
      `${file.path}: ${fault}. The weights do not belong to this config.json; copy the folder again.`,
    )
  }
  const left = new Set(file.tensors.keys())
  const tensors: Record<string, Tensor> = {}
  for (const [name, { shape }] of wanted) {
    const matrix = described.get(name)
    const stored = file.tensors.get(name)
    if (matrix === undefined && stored === undefined) refuse(`tensor ${name} is missing`)
    const isFloat = matrix !== undefined || /^B?F(16|32)$/.test(stored!.type)
    const found = matrix?.shape ?? stored!.shape
    if (!isFloat || !isSameShape(found, shape)) {
      refuse(
        `tensor ${name}: expected float32 ${printShape(shape)}, found ${matrix ? 'float32' : stored!.type} ` +
          printShape(found),
      )
    }
    for (const part of matrix ? [codesName(name), scalesName(name)] : [name]) left.delete(part)
  }
  for (const name of left) refuse(`unknown tensor ${name}`)
  const quantized = new Map<string, QuantizedInput>()
  for (const name of wanted.keys()) {
    const matrix = described.get(name)
    if (matrix === undefined) tensors[name] = await file.read(name)
    else quantized.set(name, await readMatrix(file, name, matrix))
  }
  return { tensors, quantized }
}

/** All weights as float32 tensors. */
export const widenWeights = ({ tensors, quantized }: Weights): Record<string, Tensor> => ({
  ...tensors,
  ...Object.fromEntries(Array.from(quantized, ([name, input]) => [name, widenInput(input)])),
})
