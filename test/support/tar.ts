/** Builds tar archives block by block, honest ones and others. */

export interface TarPart {
  readonly name: string
  readonly content?: string | Uint8Array
  /** A file by default. */
  readonly type?: string
  /** Instead of the content's true length. */
  readonly size?: number | string
  /** In place of the name of the ustar format. */
  readonly magic?: string
  readonly prefix?: string
  readonly breakChecksum?: boolean
}

const encode = (text: string) => new TextEncoder().encode(text)

/** A whole archive with its end mark. */
export const tarOf = (...parts: TarPart[]): Uint8Array => {
  const blocks = parts.flatMap((part) => {
    const content = typeof part.content === 'string' ? encode(part.content) : part.content
    const padded = new Uint8Array(Math.ceil((content?.length ?? 0) / 512) * 512)
    padded.set(content ?? [])
    return [...headerOf(part, content?.length ?? 0), ...padded]
  })
  return Uint8Array.from([...blocks, ...new Uint8Array(1024)])
}

const headerOf = (part: TarPart, length: number): Uint8Array => {
  const header = new Uint8Array(512)
  const put = (offset: number, text: string) => header.set(encode(text), offset)
  const size = part.size ?? length
  put(0, part.name)
  put(100, '0000644\0')
  put(124, typeof size === 'string' ? size : `${size.toString(8).padStart(11, '0')}\0`)
  put(136, '00000000000\0')
  put(156, part.type ?? '0')
  put(257, part.magic ?? 'ustar\x0000')
  put(345, part.prefix ?? '')
  put(148, '        ')
  const sum = header.reduce((total, byte) => total + byte, 0) + (part.breakChecksum ? 1 : 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return header
}
