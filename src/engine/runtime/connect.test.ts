import { describe, expect, test } from 'vitest'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createGraph, input } from '../graph/graph.js'
import { add } from '../operations/index.js'
import { numbersOf, tensorOf } from '../tensor/tensor.js'
import { type Answer, type Channel, connectHost, type Request, serveHost } from './connect.js'
import type { Host } from './host.js'

/** The near end of a channel whose far end is played by the test. */
const fakeChannel = () => {
  const sent: Request[] = []
  let receive: (answer: Answer) => void = () => {}
  let end: (reason: string) => void = () => {}
  const channel: Channel<Request, Answer> = {
    send: (request) => sent.push(request),
    onMessage: (listener) => {
      receive = listener
    },
    onEnd: (listener) => {
      end = listener
    },
  }
  return {
    channel,
    sent,
    answer: (answer: Answer) => receive(answer),
    end: (reason: string) => end(reason),
  }
}

describe('a host at the other end of a channel', () => {
  test('is asked by messages, and each answer reaches whoever asked', async () => {
    const { channel, sent, answer } = fakeChannel()
    const host = connectHost(channel)
    const [first, second] = [host.readBuffers(4, ['x']), host.closeProgram(7)]
    expect(sent.map(({ method, parameters }) => [method, parameters])).toEqual([
      ['readBuffers', [4, ['x']]],
      ['closeProgram', [7]],
    ])
    const x = tensorOf('float32', [1])
    answer({ id: sent[1]!.id, result: undefined })
    answer({ id: sent[0]!.id, result: { x } })
    expect(await first).toEqual({ x })
    expect(await second).toBeUndefined()
  })

  test('fails with what it answers', async () => {
    const { channel, sent, answer } = fakeChannel()
    const failing = connectHost(channel).closeProgram(1)
    answer({ id: sent[0]!.id, error: 'runtime: these programs were closed already' })
    await expect(failing).rejects.toThrow('runtime: these programs were closed already')
  })

  test('that is gone fails what waits and what comes, with the first reason', async () => {
    const { channel, end, sent } = fakeChannel()
    const host = connectHost(channel)
    const waiting = host.closeProgram(1)
    end("the runtime's worker failed: out of memory")
    end('the runtime was closed')
    await expect(waiting).rejects.toThrow("the runtime's worker failed: out of memory")
    await expect(host.closeProgram(2)).rejects.toThrow("the runtime's worker failed: out of memory")
    expect(sent).toHaveLength(1)
  })
})

test('requests are served one after another, and a failure is an answer', async () => {
  const order: string[] = []
  const host = {
    readBuffers: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      order.push('read')
      return { x: tensorOf('float32', [3]) }
    },
    closeBuffers: () => {
      order.push('closed')
      throw new Error('closed twice')
    },
  } as unknown as Host // No other method is asked for.
  const answers: Answer[] = []
  const transferred: (readonly ArrayBuffer[])[] = []
  let ask: (request: Request) => void = () => {}
  const done = new Promise<void>((resolve) => {
    serveHost(host, {
      send: (answer, transfer) => {
        transferred.push(transfer)
        if (answers.push(answer) === 2) resolve()
      },
      onMessage: (listener) => {
        ask = listener
      },
    })
  })
  ask({ id: 0, method: 'readBuffers', parameters: [1] })
  ask({ id: 1, method: 'closeBuffers', parameters: [1] })
  await done
  expect(order).toEqual(['read', 'closed'])
  const x = tensorOf('float32', [3])
  expect(answers).toEqual([
    { id: 0, result: { x } },
    { id: 1, error: 'closed twice' },
  ])
  expect(transferred.map((buffers) => buffers.length)).toEqual([1, 0])
})

test('a program takes no buffers of another runtime, and says so', async () => {
  const [one, other] = [createInlineRuntime({ threads: 1 }), createInlineRuntime({ threads: 1 })]
  const graph = createGraph({ y: add(input('x', { dtype: 'float32', shape: [1] }), 1) })
  const tensors = { x: tensorOf('float32', [2]) }
  const foreign = await other.createBuffers(tensors)
  await expect(one.createProgram(graph, { buffers: foreign })).rejects.toThrow(
    'runtime: these buffers are of another runtime; create them with the one of the program',
  )
  const program = await one.createProgram(graph, { buffers: await one.createBuffers(tensors) })
  expect(numbersOf((await program.run({})).y!)).toEqual([3])
})
