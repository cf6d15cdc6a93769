import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { api } from '@/api/client'
import type { Run, ToldRun } from '@/api/assistant'
import { useRuns } from '@/stores/runs'

const run = (id: string, state: Run['state'], kind: Run['kind'] = 'test'): Run => ({ id, kind, state, asked: {}, asked_by: { type: 'system' }, progress: null, created_at: '2026-11-23T00:00:00Z', ended_at: null })

describe('runs', () => {
  let server: Run[] = []

  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    server = []
    vi.spyOn(api.assistant, 'runs').mockImplementation(async () => ({ items: server }))
    vi.spyOn(api.assistant, 'run').mockImplementation(async (id) => ({ ...run(id, 'done'), result: { of: id }, problem: null }) as ToldRun)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  test('are looked at as long as one goes on and somebody looks', async () => {
    const runs = useRuns()
    server = [run('a', 'running')]
    runs.look()
    await vi.advanceTimersByTimeAsync(2500)
    expect(api.assistant.runs).toHaveBeenCalledTimes(3)
    expect(runs.active?.id).toBe('a')
    server = [run('a', 'done')]
    await vi.advanceTimersByTimeAsync(10_000)
    expect(api.assistant.runs).toHaveBeenCalledTimes(4)
    expect(runs.active).toBeNull()
    server = [run('b', 'running'), run('a', 'done')]
    await runs.load()
    runs.lookAway()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(api.assistant.runs).toHaveBeenCalledTimes(5)
  })

  test('are shown as soon as they are asked for', async () => {
    const runs = useRuns()
    runs.look()
    server = [run('a', 'running')]
    await runs.begin(Promise.resolve(run('a', 'waiting')))
    expect(runs.active?.state).toBe('waiting')
    await vi.advanceTimersByTimeAsync(500)
    expect(runs.active?.state).toBe('running')
  })

  test('tell what they came to, each read once; a failed one does not hide the one before', async () => {
    const runs = useRuns()
    server = [run('c', 'running', 'walk'), run('b', 'failed'), run('a', 'done')]
    await runs.load()
    await runs.read(['test', 'walk'])
    await runs.read(['test', 'walk'])
    expect(vi.mocked(api.assistant.run).mock.calls).toEqual([['b'], ['a']])
    expect(runs.result('test')?.result).toEqual({ of: 'a' })
    expect(runs.result('walk')).toBeUndefined()
  })
})
