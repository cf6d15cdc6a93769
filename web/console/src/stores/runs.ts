import { defineStore } from 'pinia'
import { computed, reactive, ref } from 'vue'
import { api } from '@/api/client'
import type { Run, RunKind, ToldRun } from '@/api/assistant'
import type { Id } from '@/api/types'

const PAUSE_MS = 1000

export const goesOn = (run: Run): boolean => run.state === 'waiting' || run.state === 'running'

/** Tests, simulations, walks, replays and publications: they go on at the server whoever looks. */
export const useRuns = defineStore('runs', () => {
  const runs = ref<Run[]>([])
  /** What runs came to, of those that were looked at. */
  const told = reactive(new Map<Id, ToldRun>())
  let lookers = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** The one that goes on: a workspace has one at a time. */
  const active = computed(() => runs.value.find(goesOn) ?? null)
  const newest = (kind: RunKind): Run | undefined => runs.value.find((run) => run.kind === kind)
  /** What the last of a kind came to that was done. */
  const result = (kind: RunKind): ToldRun | undefined => {
    const done = runs.value.find((run) => run.kind === kind && run.state === 'done')
    return done && told.get(done.id)
  }

  async function load(): Promise<void> {
    clearTimeout(timer)
    try {
      runs.value = (await api.assistant.runs()).items
    } catch {
      // Looked at again in a moment; who begins a run hears of what is wrong.
    }
    if (lookers > 0 && active.value) timer = setTimeout(() => void load(), PAUSE_MS)
  }

  /** Reads what the newest of these kinds came to. */
  async function read(kinds: readonly RunKind[]): Promise<void> {
    for (const kind of kinds) {
      const ended = [newest(kind), runs.value.find((run) => run.kind === kind && run.state === 'done')]
      for (const run of ended) {
        if (run && !goesOn(run) && !told.has(run.id)) await api.assistant.run(run.id).then((one) => told.set(one.id, one), () => {})
      }
    }
  }

  /** Shows a run that was just asked for. */
  async function begin(asked: Promise<Run>): Promise<Run> {
    const run = await asked
    runs.value = [run, ...runs.value.filter((one) => one.id !== run.id)]
    timer = setTimeout(() => void load(), PAUSE_MS / 3)
    return run
  }

  async function cancel(id: Id): Promise<void> {
    await api.assistant.cancelRun(id)
    await load()
  }

  function look(): void {
    lookers += 1
    void load()
  }

  function lookAway(): void {
    lookers -= 1
    if (lookers === 0) clearTimeout(timer)
  }

  function clear(): void {
    clearTimeout(timer)
    runs.value = []
    told.clear()
  }

  return { runs, told, active, newest, result, load, read, begin, cancel, look, lookAway, clear }
})
