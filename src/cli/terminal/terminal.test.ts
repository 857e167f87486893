import { describe, expect, test } from 'vitest'
import { hasColors } from './colors.js'
import { createTerminal } from './terminal.js'

/** A terminal whose outputs are texts and whose clock is set by hand. */
const fakeTerminal = ({ isTTY = false, columns }: { isTTY?: boolean; columns?: number } = {}) => {
  const written = { stdout: '', stderr: '' }
  const clock = { now: 0 }
  const outputTo = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text
    },
    isTTY,
    columns,
  })
  const terminal = createTerminal({
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    variables: {},
    now: () => clock.now,
  })
  return { terminal, written, clock }
}

describe('on a terminal', () => {
  test('progress is drawn over itself, at most ten times a second', () => {
    const { terminal, written, clock } = fakeTerminal({ isTTY: true, columns: 40 })
    terminal.showProgress('step 1')
    clock.now = 50
    terminal.showProgress('step 2')
    clock.now = 100
    terminal.showProgress('step 3')
    expect(written.stderr).toBe('\rstep 1\u001B[K\rstep 3\u001B[K')
  })

  test('progress is cut to the width of the window as it is now', () => {
    const { terminal, written } = fakeTerminal({ isTTY: true, columns: 8 })
    terminal.showProgress('第一步 of 10')
    expect(written.stderr).toBe('\r第一步…\u001B[K')
  })

  test('other lines take the place of the progress, which comes back below', () => {
    const { terminal, written, clock } = fakeTerminal({ isTTY: true, columns: 40 })
    terminal.showProgress('step 1')
    clock.now = 1
    terminal.note('saved')
    terminal.showProgress('step 2')
    expect(written.stderr).toBe('\rstep 1\u001B[K\r\u001B[Ksaved\n\rstep 2\u001B[K')
  })

  test('the last progress stays', () => {
    const { terminal, written, clock } = fakeTerminal({ isTTY: true, columns: 40 })
    terminal.showProgress('step 1')
    clock.now = 1
    terminal.showProgress('step 2')
    terminal.endProgress()
    terminal.endProgress()
    expect(written.stderr).toBe('\rstep 1\u001B[K\rstep 2\u001B[K\n')
  })
})

describe('in a pipe', () => {
  test('progress is a whole line every ten seconds, and the last one', () => {
    const { terminal, written, clock } = fakeTerminal()
    for (let step = 1; step <= 25; step++) {
      terminal.showProgress(`step ${step}`)
      clock.now += 1000
    }
    terminal.endProgress()
    expect(written.stderr).toBe('step 1\nstep 11\nstep 21\nstep 25\n')
  })

  test('results and notes do not mix', () => {
    const { terminal, written } = fakeTerminal()
    terminal.print('result')
    terminal.note('note')
    expect(written).toEqual({ stdout: 'result\n', stderr: 'note\n' })
  })

  test('texts from elsewhere cannot steer the terminal', () => {
    const { terminal, written } = fakeTerminal()
    terminal.print('a\u001B]0;title\u0007b\rc\u009B2Jd \u001B[1mbold\u001B[22m\n\tnext')
    expect(written.stdout).toBe(
      'a\uFFFD]0;title\uFFFDb\uFFFDc\uFFFD2Jd \u001B[1mbold\u001B[22m\n\tnext\n',
    )
  })

  test('line ends of Windows become plain ones, divided or not', () => {
    const { terminal, written } = fakeTerminal()
    for (const part of ['one\r\ntwo\r', '\nthree']) terminal.write(part)
    expect(written.stdout).toBe('one\ntwo\nthree')
  })

  test('there are no colours', () => {
    const { terminal } = fakeTerminal()
    expect(terminal.colors.bold('text')).toBe('text')
  })
})

describe('colours', () => {
  test('are switched on and off again', () => {
    const { terminal } = fakeTerminal({ isTTY: true })
    expect(terminal.colors.red('no')).toBe('\u001B[31mno\u001B[39m')
    expect(terminal.colors.red('')).toBe('')
  })

  test('appear on terminals where nobody objects', () => {
    expect(hasColors({ isTTY: true }, {})).toBe(true)
    expect(hasColors({ isTTY: false }, {})).toBe(false)
    expect(hasColors({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
    expect(hasColors({ isTTY: true }, { NO_COLOR: '' })).toBe(true)
    expect(hasColors({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
  })
})
