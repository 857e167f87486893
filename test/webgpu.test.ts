/**
 * Every operation, its gradient and the buffers on WebGPU, where an adapter is found. Without one
 * the tests are skipped and say so; TESSERAE_WEBGPU=required makes that a failure.
 */

import { describe, expect, it } from 'vitest'
import { runChecks } from './webgpu/run-checks.js'

const { reports, fault } = await runChecks()
const refusal = reports.find((report) => report.kind === 'no adapter')
const isRequired = process.env.TESSERAE_WEBGPU === 'required'

if (refusal !== undefined && !isRequired) {
  console.warn(
    `\n*** WebGPU was NOT tested: ${refusal.message}\n` +
      '*** Any Vulkan, Metal or Direct3D 12 device will do; on Debian, `apt-get install chromium`\n' +
      '*** brings one in software.\n',
  )
}

describe.skipIf(refusal !== undefined && !isRequired)('on WebGPU', () => {
  const results = reports.filter(({ kind }) => kind === 'passed' || kind === 'failed')

  it('there is an adapter, and no check ends the process', () => {
    expect(refusal?.message).toBeUndefined()
    expect(fault).toBeUndefined()
  })

  it.each(results)('the engine $check', (result) => {
    expect(result).toEqual({ kind: 'passed', check: expect.any(String) })
  })
})
