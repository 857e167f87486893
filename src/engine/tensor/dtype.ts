/** The element types of tensors and the typed arrays that hold them. */

export interface ArrayTypes {
  float32: Float32Array<ArrayBuffer>
  float64: Float64Array<ArrayBuffer>
  int64: BigInt64Array<ArrayBuffer>
  int32: Int32Array<ArrayBuffer>
  uint32: Uint32Array<ArrayBuffer>
  int8: Int8Array<ArrayBuffer>
  uint8: Uint8Array<ArrayBuffer>
  /** One byte an element: 0 or 1. */
  bool: Uint8Array<ArrayBuffer>
}

export type DType = keyof ArrayTypes

/** The typed array that holds elements of a dtype. */
export type ArrayOf<D extends DType> = ArrayTypes[D]

type ArrayConstructor<D extends DType> = {
  new (length: number): ArrayOf<D>
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): ArrayOf<D>
  readonly BYTES_PER_ELEMENT: number
}

const constructors: { readonly [D in DType]: ArrayConstructor<D> } = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
}

// The type of the table allows no other keys.
export const dtypes = Object.keys(constructors) as readonly DType[]

/** Zeros of a dtype. */
export const createArray = <D extends DType>(dtype: D, length: number): ArrayOf<D> =>
  new constructors[dtype](length)

/** A typed array over existing bytes; `byteOffset` must be a multiple of the element size. */
export const viewArray = <D extends DType>(
  dtype: D,
  buffer: ArrayBuffer,
  byteOffset = 0,
  length?: number,
): ArrayOf<D> => new constructors[dtype](buffer, byteOffset, length)

export const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64'
