/**
 * Films in containers that sharp does not read: decoded by the program ffmpeg, where there is one on
 * the path, with a limit on its time and output.
 */

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { EncodedClip, EncodedPicture } from '../../data/example.js'
import {
  type Clip,
  type Color,
  type DecodeClipOptions,
  type DecodeOptions,
  hasFilmName,
  maximumFrames,
  white,
} from '../../data/media/media.js'
import { DataError, RuntimeError } from '../../errors.js'
import { requireMotion } from './decode-clip.js'
import { during } from './file-errors.js'

export interface FilmLimits {
  /** The program, by name or path. */
  readonly ffmpeg: string
  readonly secondsAtMost: number
}

export const defaultFilmLimits: FilmLimits = { ffmpeg: 'ffmpeg', secondsAtMost: 120 }

/** The file of a clip that is a film, and not an animation or a folder of frames. */
export const filmOf = ({ name, files }: EncodedClip): EncodedPicture | undefined =>
  files.length === 1 && hasFilmName(name) ? files[0] : undefined

export interface Films {
  /**
   * All frames as squares. Throws DataError where ffmpeg is missing, fails, finds damage or takes too
   * long, and StorageError where there is no room for a copy of the film.
   */
  decode(film: EncodedPicture, options: DecodeClipOptions): Promise<Clip>
  /** Ends what is under way, and leaves nothing of it behind. */
  close(): Promise<void>
}

/** Decodes one film at a time, since ffmpeg has threads of its own, and its time is limited. */
export const createFilms = (limits: FilmLimits): Films => {
  const closing = new AbortController()
  let previous: Promise<unknown> = Promise.resolve()
  return {
    decode: (film, options) => {
      const decoded = previous.then(async () => {
        closing.signal.throwIfAborted()
        const clip = await decodeFilm(film, options, { ...limits, signal: closing.signal })
        return requireMotion(film.name, clip, options)
      })
      previous = decoded.catch(() => {})
      return decoded
    },
    close: async () => {
      closing.abort(new RuntimeError('media: already closed; create it again'))
      await previous
    },
  }
}

type RunLimits = FilmLimits & { readonly signal: AbortSignal }

const decodeFilm = async (
  { name, bytes }: EncodedPicture,
  { size, fit = 'contain', background = white }: Omit<DecodeOptions, 'name'>,
  limits: RunLimits,
): Promise<Clip> => {
  const copy = `a copy of ${name} in the folder for temporary files`
  const folder = await during('write', copy, () => mkdtemp(join(tmpdir(), 'tesserae-film-')))
  try {
    // Some containers have their index at the end, so ffmpeg has to be able to seek.
    const path = join(folder, `film${extname(name).toLowerCase()}`)
    await during('write', copy, () => writeFile(path, bytes))
    const frameBytes = size * size * 3
    const { output: data, report } = await run(
      name,
      argumentsFor(path, scaling(size, fit, background)),
      { ...limits, bytesAtMost: maximumFrames * frameBytes },
    )
    const frames = data.length / frameBytes
    if (Number.isInteger(frames) && frames > 0) {
      const clip: Clip = { width: size, height: size * frames, channels: 3, data, frames }
      const seconds = secondsOf(report)
      return seconds > 0 ? { ...clip, framesPerSecond: frames / seconds } : clip
    }
    throw new DataError(`${name}: ffmpeg found no frames in it; replace or convert it`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const argumentsFor = (path: string, filter: string): string[] => [
  ...['-nostdin', '-v', 'error'],
  // A playlist in the place of a film is not to lead to other hosts.
  ...['-protocol_whitelist', 'file', '-i', path],
  ...['-an', '-sn', '-vf', filter, '-frames:v', String(maximumFrames + 1)],
  ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-progress', 'pipe:3', 'pipe:1'],
]

/** How long the frames last together by ffmpeg's last report of its progress; 0 where it has none. */
const secondsOf = (report: string): number => {
  const [last] = Array.from(report.matchAll(/^out_time_us=(\d+)$/gm)).slice(-1)
  return Number(last?.[1] ?? 0) / 1e6
}

const scaling = (size: number, fit: 'contain' | 'cover', color: Color): string => {
  const hex = color.map((value) => value.toString(16).padStart(2, '0')).join('')
  return fit === 'contain'
    ? `scale=${size}:${size}:force_original_aspect_ratio=decrease,pad=${size}:${size}:-1:-1:color=0x${hex}`
    : `scale=${size}:${size}:force_original_aspect_ratio=increase,crop=${size}:${size}`
}

/** What the program writes to its output, and the end of what it reports beside that. */
const run = (
  name: string,
  words: readonly string[],
  { ffmpeg, secondsAtMost, bytesAtMost, signal }: RunLimits & { readonly bytesAtMost: number },
): Promise<{ output: Uint8Array; report: string }> =>
  new Promise((resolve, reject) => {
    const program = spawn(ffmpeg, words, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      ...{ signal, killSignal: 'SIGKILL' },
    })
    // Pipes, as asked for, which the types do not know of more than three.
    type Pipes = [unknown, Readable, Readable, Readable, unknown]
    const [, pixels, complaints, reports] = program.stdio as Pipes
    const chunks: Uint8Array[] = []
    let length = 0
    let complaint = ''
    let report = ''
    const fail = (reason: string, cause?: unknown) => {
      clearTimeout(alarm)
      program.kill('SIGKILL')
      reject(signal.aborted ? signal.reason : new DataError(`${name}: ${reason}`, { cause }))
    }
    const alarm = setTimeout(
      () => fail(`ffmpeg did not finish within ${secondsAtMost} seconds; convert or shorten it`),
      secondsAtMost * 1000,
    )
    pixels.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > bytesAtMost) {
        fail(
          `the clip has more frames than the limit of ${maximumFrames}; cut it into shorter ones`,
        )
      }
    })
    complaints.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-10_000)
    })
    reports.setEncoding('utf8').on('data', (text: string) => {
      report = (report + text).slice(-10_000)
    })
    program.on('error', (cause: NodeJS.ErrnoException) =>
      fail(
        cause.code === 'ENOENT'
          ? 'reading this kind of file needs the program ffmpeg, which is not on the path; install it, or convert the clip to GIF, WebP or numbered PNG files'
          : `ffmpeg cannot be started (${cause.message}); convert the clip to GIF, WebP or numbered PNG files`,
        cause,
      ),
    )
    program.on('close', (code, ending) => {
      clearTimeout(alarm)
      // The file is a copy in a folder that nobody has seen.
      const told = complaint
        .trim()
        .split('\n')
        .at(-1)!
        .replace(/^(\[[^\]]* @ 0x[\da-f]+\] |\S*tesserae-film-\S*: )*/, '')
      if (code !== 0) {
        fail(
          `ffmpeg cannot read it (${told || `it ended with ${ending ?? code}`}); replace or convert it`,
        )
      } else if (told !== '') {
        // It goes on after what it can do without, such as the end of a file.
        fail(`ffmpeg finds it damaged (${told}); replace or convert it`)
      } else resolve({ output: new Uint8Array(Buffer.concat(chunks)), report })
    })
  })
