/**
 * Contact sheets: pictures, or the frames of clips side by side, on cards in a grid, each with a
 * caption below where the machine has a font for it. Without fonts the sheet shows the pictures
 * alone; it never fails for want of one.
 */

import { DataError } from '../../errors.js'
import { type Color, framesOf, type Media, type Picture, paste } from '../media/media.js'
import { createTextFilter, escapeXml, fonts, linesAtMost, wrapText } from './sheet-text.js'

export interface SheetCell {
  readonly picture: Picture
  readonly caption?: string | undefined
}

export interface SheetOptions {
  readonly media: Media
  /** By rows; by default as many as make rows of eight frames. */
  readonly columns?: number
  /** Pixels along each side of a shown picture or frame; 128 by default. */
  readonly pictureSize?: number
  readonly title?: string | undefined
}

/** Pixels of a sheet that platforms can draw: what is larger is refused by them. */
export const largestSheet = { side: 32_767, pixels: 2 ** 26 }

const margin = 24
const gap = 14
const cardPadding = 10
const frameGap = 2
const framesOfRow = 8
const titleSize = 22
const captionSize = 13
const lineHeight = 17
const pageColor = '#f3f4f6'
const cardColor: Color = [255, 255, 255]

/** Columns of a sheet that is not told how many: as many as make rows of eight frames. */
export const usualColumns = (frames: number): number =>
  Math.max(1, Math.floor(framesOfRow / frames))

/** How large a sheet is at most, whose cells have captions of so many lines as are ever shown. */
export const contactSheetSize = ({
  count,
  columns,
  frames,
  pictureSize,
  hasCaptions,
  hasTitle,
}: {
  readonly count: number
  readonly columns: number
  readonly frames: number
  readonly pictureSize: number
  readonly hasCaptions: boolean
  readonly hasTitle: boolean
}): { readonly width: number; readonly height: number } =>
  arrange({
    ...{ count, columns, hasTitle },
    shownWidth: shownWidthOf(frames, pictureSize),
    shownHeight: pictureSize,
    captionLines: hasCaptions ? linesAtMost : 0,
  })

/** Of each place on a sheet what is there; the place of one that is undefined stays empty. */
type Places = readonly (SheetCell | undefined)[]

/** The sheet of at least one cell. */
export const drawContactSheet = async (places: Places, options: SheetOptions): Promise<Picture> => {
  const [sheet] = await drawMovingSheet([places], options)
  return sheet!
}

/**
 * A sheet for each moment of pictures that move, of which at least one is there. What stands around them
 * is the same in each: the captions of the first moment.
 */
export const drawMovingSheet = async (
  moments: readonly Places[],
  { media, columns, pictureSize = 128, title }: SheetOptions,
): Promise<Picture[]> => {
  const places = moments[0] ?? []
  const cells = places.flatMap((cell, place) => (cell === undefined ? [] : [{ ...cell, place }]))
  if (cells.length === 0) throw new DataError('contact sheet: there are no pictures to show')
  const frames = cells.reduce((most, { picture }) => Math.max(most, picture.frames ?? 1), 1)
  const shownWidth = shownWidthOf(frames, pictureSize)
  const shownText = await createTextFilter(media)
  const captions = cells.map(({ caption }) => {
    const text = shownText(caption)
    return text === undefined ? [] : wrapText(text, shownWidth / captionSize)
  })
  const layout = arrange({
    count: places.length,
    columns: columns ?? usualColumns(frames),
    shownWidth,
    shownHeight: pictureSize,
    captionLines: captions.reduce((most, lines) => Math.max(most, lines.length), 0),
    hasTitle: shownText(title) !== undefined,
  })
  const cards = cells.map(({ place }, index) => ({
    ...layout.corners[place]!,
    lines: captions[index]!,
  }))
  const page = await media.rasterize(pageSvg(layout, cards, shownText(title)), layout)
  const sheets: Picture[] = []
  for (const moment of moments) {
    const sheet = { ...page, data: page.data.slice() }
    await Promise.all(
      cells.map(async ({ place: of }, index) => {
        const { left, top } = cards[index]!
        for (const [place, frame] of framesOf(moment[of]!.picture).entries()) {
          const shown = await resizePicture(media, frame, pictureSize)
          const before = place * (pictureSize + frameGap)
          paste(sheet, shown, left + cardPadding + before, top + cardPadding)
        }
      }),
    )
    sheets.push(sheet)
  }
  return sheets
}

const shownWidthOf = (frames: number, pictureSize: number): number =>
  frames * (pictureSize + frameGap) - frameGap

interface ArrangeOptions {
  readonly count: number
  readonly columns: number
  readonly shownWidth: number
  readonly shownHeight: number
  readonly captionLines: number
  readonly hasTitle: boolean
}

interface Layout {
  readonly width: number
  readonly height: number
  readonly cardWidth: number
  readonly cardHeight: number
  /** From a card's upper edge to the first line of its caption. */
  readonly captionTop: number
  /** The upper left corner of each place for a card. */
  readonly corners: readonly Corner[]
}

interface Corner {
  readonly left: number
  readonly top: number
}

interface Card extends Corner {
  /** The caption. */
  readonly lines: readonly string[]
}

const arrange = ({
  count,
  columns,
  shownWidth,
  shownHeight,
  captionLines,
  hasTitle,
}: ArrangeOptions): Layout => {
  const across = Math.min(columns, count)
  const down = Math.ceil(count / across)
  const cardWidth = shownWidth + 2 * cardPadding
  const captionTop = shownHeight + 2 * cardPadding
  const captionHeight = captionLines === 0 ? 0 : captionLines * lineHeight + cardPadding / 2
  const cardHeight = captionTop + captionHeight
  const head = margin + (hasTitle ? titleSize + gap : 0)
  return {
    width: 2 * margin + across * cardWidth + (across - 1) * gap,
    height: head + down * cardHeight + (down - 1) * gap + margin,
    cardWidth,
    cardHeight,
    captionTop,
    corners: Array.from({ length: count }, (_, index) => ({
      left: margin + (index % across) * (cardWidth + gap),
      top: head + Math.floor(index / across) * (cardHeight + gap),
    })),
  }
}

const pageSvg = (
  { width, height, cardWidth, cardHeight, captionTop }: Layout,
  cards: readonly Card[],
  title: string | undefined,
): string => {
  const texts = cards.map(({ left, top, lines }) => {
    const card = `<rect x="${left + 0.5}" y="${top + 0.5}" width="${cardWidth - 1}" height="${cardHeight - 1}" rx="10" fill="#fff" stroke="#e2e4e9"/>`
    const baseline = top + captionTop + captionSize - 3
    const caption = lines.map(
      (line, row) =>
        `<text x="${left + cardWidth / 2}" y="${baseline + row * lineHeight}" text-anchor="middle">${escapeXml(line)}</text>`,
    )
    return card + caption.join('')
  })
  const heading =
    title === undefined
      ? ''
      : `<text x="${margin}" y="${margin + titleSize - 5}" font-size="${titleSize}" font-weight="600" fill="#111827">${escapeXml(title)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${fonts}" font-size="${captionSize}" fill="#374151"><rect width="100%" height="100%" fill="${pageColor}"/>${heading}${texts.join('')}</svg>`
}

/** A picture as a square of another size, on the colour of cards. */
export const resizePicture = async (
  media: Media,
  picture: Picture,
  size: number,
): Promise<Picture> =>
  picture.width === size && picture.height === size
    ? picture
    : media.decode(await media.encodePng(picture), {
        name: 'contact sheet',
        size,
        background: cardColor,
      })
