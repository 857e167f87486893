/** The few colours that the terminal shows, and when it shows none. */

export interface Colors {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

/** SGR codes that switch on and off again (ECMA-48, 8.3.117). */
const codes: Readonly<Record<keyof Colors, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
}

const controlSequence = '\u001B['

export const createColors = (isEnabled: boolean): Colors => {
  const paint = (name: keyof Colors) => {
    const [on, off] = codes[name]
    return (text: string) =>
      isEnabled && text !== '' ? `${controlSequence}${on}m${text}${controlSequence}${off}m` : text
  }
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
  }
}

/** Whether an output is to have colours: a terminal where nobody objects (https://no-color.org). */
export const hasColors = (
  { isTTY }: { readonly isTTY: boolean },
  variables: Readonly<Record<string, string | undefined>>,
): boolean => isTTY && !variables.NO_COLOR && variables.TERM !== 'dumb'
