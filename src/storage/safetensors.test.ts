import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { createArray, type DType, dtypes, viewArray } from '../engine/tensor/dtype.js'
import { sizeOf } from '../engine/tensor/shape.js'
import { createTensor, numbersOf, type Tensor, tensorOf } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { openSafetensors, readSafetensors, writeSafetensors } from './safetensors.js'

/** A file put together by hand: the header's length, the header, the data. */
const fileOf = (
  header: string | Uint8Array,
  data: ArrayLike<number> = [],
  claimed?: bigint,
): Uint8Array<ArrayBuffer> => {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

const read = async (bytes: Uint8Array) => {
  const files = createMemoryFiles()
  await files.write('a', bytes)
  return readSafetensors(files, 'a')
}

describe('a file that the Python package wrote', () => {
  // safetensors.torch.save of safetensors 0.8.0 with torch 2.13.0
  const header =
    '{"__metadata__":{"made by":"safetensors 0.8.0 with torch 2.13.0"},' +
    '"i64":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},' +
    '"f64":{"dtype":"F64","shape":[1,2],"data_offsets":[16,32]},' +
    '"empty":{"dtype":"F32","shape":[0,4],"data_offsets":[32,32]},' +
    '"f32":{"dtype":"F32","shape":[3],"data_offsets":[32,44]},' +
    '"scalar":{"dtype":"F32","shape":[],"data_offsets":[44,48]},' +
    '"i32":{"dtype":"I32","shape":[2,1],"data_offsets":[48,56]},' +
    '"bf16":{"dtype":"BF16","shape":[5],"data_offsets":[56,66]},' +
    '"f16":{"dtype":"F16","shape":[6],"data_offsets":[66,78]},' +
    '"i16":{"dtype":"I16","shape":[2],"data_offsets":[78,82]},' +
    '"i8":{"dtype":"I8","shape":[2],"data_offsets":[82,84]},' +
    '"u8":{"dtype":"U8","shape":[3],"data_offsets":[84,87]},' +
    '"bool":{"dtype":"BOOL","shape":[3],"data_offsets":[87,90]}} '
  const data = Buffer.from(
    'AAAAAAAAAID/////////fwAAAAAAAPg/AAAAAAAAAsDNzMw9AAAAgAAAgH8AAOBA+f///wgAAACAPwDAf38BAKo+' +
      'ADwAwP97AQBUNQD8AID/f4B/AP8DAQAB',
    'base64',
  )

  test('reads with the values that torch shows', async () => {
    const { metadata, tensors } = await read(fileOf(header, data))
    expect(metadata).toEqual({ 'made by': 'safetensors 0.8.0 with torch 2.13.0' })
    const shown = [...tensors].map(([name, tensor]) => [
      name,
      tensor.dtype,
      tensor.shape,
      tensor.dtype === 'int64' ? [...tensor.data] : numbersOf(tensor),
    ])
    expect(shown).toEqual([
      ['i64', 'int64', [2], [-(2n ** 63n), 2n ** 63n - 1n]],
      ['f64', 'float64', [1, 2], [1.5, -2.25]],
      ['empty', 'float32', [0, 4], []],
      ['f32', 'float32', [3], [0.10000000149011612, -0, Number.POSITIVE_INFINITY]],
      ['scalar', 'float32', [], [7]],
      ['i32', 'int32', [2, 1], [-7, 8]],
      ['bf16', 'float32', [5], [1, -2, 3.3895313892515355e38, 9.183549615799121e-41, 0.33203125]],
      ['f16', 'float32', [6], [1, -2, 65504, 2 ** -24, 0.3330078125, Number.NEGATIVE_INFINITY]],
      ['i16', 'int32', [2], [-32768, 32767]],
      ['i8', 'int8', [2], [-128, 127]],
      ['u8', 'uint8', [3], [0, 255, 3]],
      ['bool', 'bool', [3], [1, 0, 1]],
    ])
  })

  test('gives one tensor, or its bytes, without reading the others', async () => {
    const files = createMemoryFiles()
    await files.write('a', fileOf(header, data))
    const ranges: [number, number][] = []
    const watched = {
      ...files,
      readRange: (path: string, start: number, end: number) => {
        ranges.push([start, end])
        return files.readRange(path, start, end)
      },
    }
    const file = await openSafetensors(watched, 'a')
    expect(file.tensors.get('f16')).toMatchObject({ type: 'F16', shape: [6] })
    ranges.length = 0
    expect([...(await file.readRaw('f16'))]).toEqual([...data.subarray(66, 78)])
    expect(numbersOf(await file.read('u8'))).toEqual([0, 255, 3])
    expect(ranges.map(([start, end]) => end - start)).toEqual([12, 3])
  })

  test('an unknown name is refused with some that exist', async () => {
    const files = createMemoryFiles()
    await files.write('a', fileOf(header, data))
    const file = await openSafetensors(files, 'a')
    await expect(file.read('f8')).rejects.toThrow(
      'a: it has no tensor "f8"; it has 12: i64, f64, empty, f32, scalar, ....',
    )
  })
})

describe('writing', () => {
  test('makes the bytes that the specification describes', async () => {
    const files = createMemoryFiles()
    await writeSafetensors(files, 'a', [['w', tensorOf('uint8', [1, 2, 3])]], {
      metadata: { format: 'pt' },
    })
    const header =
      '{"__metadata__":{"format":"pt"},"w":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}'
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8)
    expect(await files.read('a')).toEqual(fileOf(padded, [1, 2, 3]))
  })

  test('aligns every tensor for its type, whatever their order', async () => {
    const files = createMemoryFiles()
    const tensors = [
      ['bool', tensorOf('bool', [1, 0, 1])],
      ['double', tensorOf('float64', [1])],
      ['byte', tensorOf('uint8', [1])],
      ['float', tensorOf('float32', [1])],
    ] as const
    await writeSafetensors(files, 'a', tensors)
    const { tensors: stored } = await openSafetensors(files, 'a')
    expect([...stored.keys()]).toEqual(['double', 'float', 'bool', 'byte'])
    expect(stored.get('double')!.start % 8).toBe(0)
    expect(stored.get('float')!.start % 4).toBe(0)
  })

  test('takes only the part of a buffer that the tensor shows', async () => {
    const files = createMemoryFiles()
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3)
    await writeSafetensors(files, 'a', [['w', createTensor('float32', [2], data)]])
    const { tensors } = await readSafetensors(files, 'a')
    expect(numbersOf(tensors.get('w')!)).toEqual([1, 2])
  })

  test('narrows float32, and nothing else, where float16 is asked for', async () => {
    const files = createMemoryFiles()
    const part = new Float32Array([9, 1, 0.1, -2, 9]).subarray(1, 4)
    const tensors = [
      ['float', createTensor('float32', [3], part)],
      ['double', tensorOf('float64', [0.1])],
      ['integer', tensorOf('int32', [70_000])],
    ] as const
    await writeSafetensors(files, 'a', tensors, { precision: 'float16' })
    const file = await openSafetensors(files, 'a')
    expect(Array.from(file.tensors, ([name, { type }]) => [name, type])).toEqual([
      ['double', 'F64'],
      ['integer', 'I32'],
      ['float', 'F16'],
    ])
    expect(new Uint16Array((await file.readRaw('float')).buffer)).toEqual(
      Uint16Array.of(0x3c00, 0x2e66, 0xc000),
    )
    expect(numbersOf(await file.read('integer'))).toEqual([70_000])
  })

  test('refuses finite numbers that float16 does not reach, and keeps infinite ones', async () => {
    const files = createMemoryFiles()
    const write = (numbers: number[]) =>
      writeSafetensors(files, 'a', [['w', tensorOf('float32', numbers)]], { precision: 'float16' })
    await expect(write([65_520])).rejects.toThrow('a: tensor "w" has the number 65520, float16')
    expect(await files.stat('a')).toBeUndefined()
    await write([65_519, Number.NEGATIVE_INFINITY, Number.NaN])
    const { tensors } = await readSafetensors(files, 'a')
    expect(numbersOf(tensors.get('w')!)).toEqual([65_504, Number.NEGATIVE_INFINITY, Number.NaN])
  })

  test('refuses a name twice and data that does not fit the shape', async () => {
    const files = createMemoryFiles()
    const tensor = tensorOf('float32', [1])
    const write = async (entries: [string, Tensor][]) => writeSafetensors(files, 'a', entries)
    await expect(
      write([
        ['w', tensor],
        ['w', tensor],
      ]),
    ).rejects.toThrow('a: two entries are named "w". Rename one of them.')
    await expect(write([['__metadata__', tensor]])).rejects.toThrow(StorageError)
    await expect(write([['w', { ...tensor, shape: [2] }]])).rejects.toThrow(
      'a: tensor "w" has 1 elements, [2] expects 2.',
    )
    expect(await files.stat('a')).toBeUndefined()
  })

  test('what is written reads back with the same bits', async () => {
    const tensor = fc
      .tuple(
        fc.constantFrom(...dtypes),
        fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
        fc.infiniteStream(fc.nat({ max: 255 })),
      )
      .map(([dtype, shape, noise]): Tensor => {
        const bytes = Uint8Array.from(
          noise.take(sizeOf(shape) * createArray(dtype, 0).BYTES_PER_ELEMENT),
        )
        return createTensor<DType>(dtype, shape, viewArray(dtype, bytes.buffer))
      })
    const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), tensor), {
      selector: ([name]) => name,
      maxLength: 6,
    })
    const bitsOf = ({ data }: Tensor) =>
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    await fc.assert(
      fc.asyncProperty(entries, fc.dictionary(fc.string(), fc.string()), async (list, metadata) => {
        const files = createMemoryFiles()
        await writeSafetensors(files, 'a', list, { metadata })
        const content = await readSafetensors(files, 'a')
        expect({ ...content.metadata }).toEqual({ ...metadata })
        expect(content.tensors.size).toBe(list.length)
        for (const [name, written] of list) {
          const found = content.tensors.get(name)!
          expect([found.dtype, found.shape]).toEqual([written.dtype, written.shape])
          expect(bitsOf(found)).toEqual(bitsOf(written))
        }
      }),
      { numRuns: 40, seed: 1 },
    )
  })
})

describe('a file that lies is refused before memory is taken', () => {
  const entry = (dtype: string, shape: string, from: number, to: number) =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`
  const two = (first: string, second: string) => `{"a":${first},"b":${second}}`
  const u8 = (from: number, to: number) => entry('U8', `[${to - from}]`, from, to)

  test.each<[string, Uint8Array, string]>([
    ['too short for a length', new Uint8Array(7), 'it has 7 bytes, expected a safetensors file'],
    ['a length beyond the end', fileOf('{}', [], 3n), 'its header claims 3 bytes; the file has 2'],
    ['a length of 2^64 - 1', fileOf('{}', [], 2n ** 64n - 1n), 'claims 18446744073709551615 bytes'],
    ['no header', fileOf(''), 'its header does not start with {'],
    ['a header that is a list', fileOf('[]'), 'its header does not start with {'],
    ['a header that is no JSON', fileOf('{"a"}'), 'not valid JSON'],
    ['a header that is not UTF-8', fileOf(new Uint8Array([0x7b, 0xff])), 'is not UTF-8 text'],
    ['a name twice', fileOf(`{"a":${u8(0, 1)},"a":${u8(1, 2)}}`, [1, 2]), 'names "a" twice'],
    ['an unknown type', fileOf(`{"a":${entry('C64', '[1]', 0, 8)}}`, Array(8)), 'type "C64"'],
    ['a type named as a method', fileOf(`{"a":${entry('toString', '[]', 0, 0)}}`), '"toString"'],
    ['a negative size', fileOf(`{"a":${entry('U8', '[-1]', 0, 1)}}`, [1]), 'at a > shape > 0'],
    ['a broken size', fileOf(`{"a":${entry('U8', '[0.5]', 0, 1)}}`, [1]), 'at a > shape > 0'],
    ['a missing offset', fileOf('{"a":{"dtype":"U8","shape":[]}}', [1]), 'at a > data_offsets'],
    ['an entry that is null', fileOf('{"a":null}'), 'its header is wrong at a:'],
    ['a prototype as a name', fileOf('{"__proto__":1}'), 'its header is wrong at __proto__:'],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}'), 'wrong at __metadata__ > a'],
    [
      'a size that lies',
      fileOf(`{"a":${entry('F32', '[2]', 0, 4)}}`, [1, 2, 3, 4]),
      'F32 [2] takes 8',
    ],
    [
      'sizes that overflow',
      fileOf(`{"a":${entry('F32', '[4294967296,4294967296,4294967296]', 0, 4)}}`, [1, 2, 3, 4]),
      'has 4 bytes',
    ],
    ['a range backwards', fileOf(`{"a":${entry('U8', '[1]', 1, 0)}}`, [1]), 'tensor "a"'],
    ['a hole', fileOf(two(u8(0, 1), u8(2, 3)), [1, 2, 3]), 'tensor "b" is at bytes'],
    ['a hole at the start', fileOf(`{"a":${u8(1, 2)}}`, [1, 2]), 'tensor "a" is at bytes'],
    ['an overlap', fileOf(two(u8(0, 2), u8(1, 3)), [1, 2, 3]), 'tensor "b" is at bytes'],
    ['missing data', fileOf(`{"a":${u8(0, 3)}}`, [1, 2]), 'its header describes'],
    ['data that nothing names', fileOf(`{"a":${u8(0, 1)}}`, [1, 2]), 'its header describes'],
  ])('%s', async (_, bytes, finding) => {
    await expect(read(bytes)).rejects.toThrow(StorageError)
    await expect(read(bytes)).rejects.toThrow(finding)
  })

  test('a header of more than 100 MB, though the file had room for it', async () => {
    const files = createMemoryFiles()
    const lying = {
      ...files,
      stat: async (path: string) => ({ path, kind: 'file', size: 2 ** 40, modified: 0 }) as const,
      readRange: async () => fileOf('', [], 100_000_001n),
    }
    await expect(readSafetensors(lying, 'a')).rejects.toThrow('its header claims 100000001 bytes')
  })

  test('what is missing or a folder', async () => {
    const files = createMemoryFiles()
    await files.createFolder('folder')
    await expect(openSafetensors(files, 'a')).rejects.toThrow('a: it does not exist')
    await expect(openSafetensors(files, 'folder')).rejects.toThrow('folder: it is a folder')
  })

  const valid = fileOf(two(entry('F32', '[1,2]', 0, 8), entry('I16', '[3]', 8, 14)), Array(14))
  const readOrRefuse = async (bytes: Uint8Array) => {
    try {
      const { tensors } = await read(bytes)
      for (const { shape, data } of tensors.values()) expect(data.length).toBe(sizeOf(shape))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
    }
  }

  test('any bytes are read whole or refused with a StorageError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), (noise) =>
        readOrRefuse(fileOf(noise, [], undefined)),
      ),
      { numRuns: 200, seed: 1 },
    )
  })

  test('so is a file with any few bytes changed, or cut off anywhere', async () => {
    const place = fc.nat({ max: valid.length - 1 })
    const characters = '"{}[]:,0123456789eE+-.\\ \0\xff'
    const byte = fc.oneof(
      fc.nat({ max: 255 }),
      fc.constantFrom(...characters).map((character) => character.charCodeAt(0)),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(place, byte), { minLength: 1, maxLength: 3 }),
        fc.option(place, { nil: valid.length }),
        (changes, length) => {
          const bytes = valid.slice(0, length)
          for (const [index, value] of changes) if (index < length) bytes[index] = value
          return readOrRefuse(bytes)
        },
      ),
      { numRuns: 1000, seed: 1 },
    )
  })

  test('so is any JSON as a header', async () => {
    const value = fc.oneof(fc.constantFrom('F32', 'BOOL'), fc.integer(), fc.jsonValue())
    const field = fc.constantFrom('dtype', 'shape', 'data_offsets', 'other')
    const header = fc.dictionary(fc.string(), fc.oneof(fc.dictionary(field, value), fc.jsonValue()))
    await fc.assert(
      fc.asyncProperty(header, (json) => readOrRefuse(fileOf(JSON.stringify(json), Array(16)))),
      { numRuns: 150, seed: 1 },
    )
  })
})

test.each(['float32', 'float16'] as const)(
  'what is larger than the file system takes at once is written whole, in %s',
  async (precision) => {
    const files = createMemoryFiles()
    const count = 2 ** 24 + 3
    // Each of these numbers is one of float16, and differs from its neighbours.
    const data = Float32Array.from({ length: count }, (_, place) => place % 2039)
    await writeSafetensors(files, 'a', [['x', createTensor('float32', [count], data)]], {
      precision,
    })
    const read = (await readSafetensors(files, 'a')).tensors.get('x')!
    expect(Buffer.compare(Buffer.from(read.data.buffer), Buffer.from(data.buffer))).toBe(0)
  },
)
