/**
 * Named tensors that programs read and update. On the CPU they stay where they are and runs write
 * into them; a device gives every update as a new tensor, which takes the place of the old one.
 */

import type { Tensor as OrtTensor } from 'onnxruntime-common'
import { RuntimeError } from '../../errors.js'
import type { DType } from '../tensor/dtype.js'
import { sizeOf } from '../tensor/shape.js'
import { copyTensor, printType, type Tensor, zeroTensor } from '../tensor/tensor.js'
import { fromOrt, type OnnxRuntime, toOrt } from './onnx-runtime.js'
import type { Append, Tensors } from './runtime.js'
import { isHeldByDevices, type Transfer } from './transfer.js'

export interface BufferSet {
  has(name: string): boolean
  /** Adds or replaces tensors; their data becomes the buffers' own. */
  write(tensors: Tensors): void
  /** What runs are fed for the named buffers. */
  feed(names: readonly string[]): Promise<Record<string, OrtTensor>>
  /** What a run may write the buffer's next value into, if it can be updated in place. */
  target(name: string): OrtTensor | null
  /** Takes a run's result as the buffer's value. */
  replace(name: string, result: OrtTensor): void
  /** Writes a result into a part of a buffer, from `position` on along the axis. */
  append(result: Tensor, to: Append, position: number): Promise<void>
  /** Takes the named buffers over from the program that made them, which may then close. */
  adopt(names: readonly string[]): Promise<void>
  /** Copies of the named buffers, or of all. */
  read(names?: readonly string[]): Promise<Record<string, Tensor>>
  close(): void
}

/** A buffer that has room for as many rows along an axis: the same one, or a copy with zeros behind. */
const withRoom = (buffer: Tensor, { axis, step }: Append, rows: number): Tensor => {
  if (step === undefined || rows <= buffer.shape[axis]!) return buffer
  const shape = buffer.shape.with(axis, Math.ceil(rows / step) * step)
  const grown = zeroTensor({ dtype: buffer.dtype, shape })
  copyInto(grown, buffer, axis, 0)
  return grown
}

/** Throws RuntimeError where rows do not fit behind a position. */
const requireRoom = (target: Tensor, axis: number, position: number, count: number): void => {
  if (position < 0 || position + count > target.shape[axis]!) {
    throw new RuntimeError(
      `run: position ${position} and ${count} more do not fit into ${printType(target)}`,
    )
  }
}

/** Copies rows into the target from `position` on, along the axis. */
const copyInto = (target: Tensor, rows: Tensor, axis: number, position: number): void => {
  const [count, capacity] = [rows.shape[axis]!, target.shape[axis]!]
  requireRoom(target, axis, position, count)
  const inner = sizeOf(target.shape.slice(axis + 1))
  const outer = sizeOf(target.shape.slice(0, axis))
  // Both hold elements of one dtype; which one makes no difference to copying.
  const [into, from] = [target.data as Float32Array, rows.data as Float32Array]
  for (let index = 0; index < outer; index++) {
    into.set(
      from.subarray(index * count * inner, (index + 1) * count * inner),
      (index * capacity + position) * inner,
    )
  }
}

/** Copies rows [..., count, width] into the target [..., width, capacity] from `position` on. */
const copyTransposed = (target: Tensor, rows: Tensor, position: number): void => {
  const [count, width] = rows.shape.slice(-2) as [number, number]
  const capacity = target.shape.at(-1)!
  requireRoom(target, target.shape.length - 1, position, count)
  const outer = sizeOf(rows.shape.slice(0, -2))
  const [into, from] = [target.data as Float32Array, rows.data as Float32Array]
  let place = 0
  for (let index = 0; index < outer; index++) {
    for (let row = 0; row < count; row++) {
      const start = index * width * capacity + position + row
      for (let column = 0; column < width; column++) {
        into[start + column * capacity] = from[place++]!
      }
    }
  }
}

/** Buffers in main memory, or on the device that the transfer leads to. */
export const createBufferSet = (ort: OnnxRuntime, transfer?: Transfer): BufferSet => {
  const tensors = new Map<string, OrtTensor>()
  /** Buffers that are written to from here, which therefore stay here. */
  const appended = new Set<string>()

  const find = (name: string): OrtTensor => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new RuntimeError(`runtime: there is no buffer "${name}"`)
    return tensor
  }
  const put = (name: string, tensor: OrtTensor) => {
    const old = tensors.get(name)
    if (old !== tensor) old?.dispose()
    tensors.set(name, tensor)
  }
  const pick = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, find(name)]))
  const isDistant = (name: string) => find(name).location !== 'cpu'
  /** The named buffers in main memory. */
  const inMemory = async (names: readonly string[]): Promise<Record<string, Tensor>> => {
    const moved = await transfer?.move(pick(names.filter(isDistant)), 'cpu')
    return Object.fromEntries(names.map((name) => [name, fromOrt(moved?.[name] ?? find(name))]))
  }
  const moveToDevice = async (names: readonly string[]) => {
    const moved = await transfer?.move(pick(names), 'gpu-buffer')
    for (const [name, tensor] of Object.entries(moved ?? {})) put(name, tensor)
  }

  return {
    has: (name) => tensors.has(name),
    write(values) {
      for (const [name, tensor] of Object.entries(values)) put(name, toOrt(ort, tensor))
    },
    async feed(names) {
      // They were made of tensors, whose dtypes the types of the runtime are.
      const waiting = names.filter(
        (name) =>
          !isDistant(name) && !appended.has(name) && isHeldByDevices(find(name).type as DType),
      )
      await moveToDevice(waiting)
      return pick(names)
    },
    target: (name) => (transfer === undefined ? find(name) : null),
    replace(name, result) {
      // In main memory the run has written into the buffer itself.
      if (transfer !== undefined) put(name, result)
    },
    async append(result, to, position) {
      const { buffer: name, axis, transposed = false } = to
      appended.add(name)
      const { [name]: buffer } = await inMemory([name])
      const count = result.shape.at(transposed ? -2 : axis)!
      const target = withRoom(buffer!, to, position + count)
      if (transposed) copyTransposed(target, result, position)
      else copyInto(target, result, axis, position)
      if (target !== buffer || isDistant(name)) put(name, toOrt(ort, target))
    },
    adopt: (names) => moveToDevice(names.filter(isDistant)),
    async read(names = Array.from(tensors.keys())) {
      const found = await inMemory(names)
      return Object.fromEntries(
        Object.entries(found).map(([name, tensor]) => [name, copyTensor(tensor)]),
      )
    },
    close() {
      for (const tensor of tensors.values()) tensor.dispose()
      tensors.clear()
    },
  }
}
