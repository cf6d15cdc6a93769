import { defineStore } from 'pinia'
import { computed, reactive, ref } from 'vue'
import { api } from '@/api/client'
import { ApiError } from '@/api/error'
import type { DraftFile, DraftLine, FilesChecked, PlainFile } from '@/api/assistant'

/** A file that is open: what is written, and what it was begun from. */
export interface Buffer {
  path: string
  text: string
  /** As it was stored when it was opened. */
  base: string
  /** `null`: it is not stored yet. */
  revision: number | null
  /** As somebody else has stored it meanwhile. */
  newer: DraftFile | null
  /** Whether somebody else removed it meanwhile. */
  gone: boolean
}

const CHECK_PAUSE_MS = 350

/** The assistant's files: what is stored, what is being written, and what is wrong with both together. */
export const useAssistant = defineStore('assistant', () => {
  const files = ref<DraftLine[] | null>(null)
  /** Of everything stored; grows with each change. */
  const revision = ref(0)
  const problem = ref<unknown>(null)
  const buffers = reactive(new Map<string, Buffer>())
  const checked = ref<FilesChecked | null>(null)
  const checking = ref(false)
  const checkProblem = ref<unknown>(null)
  /** Grows when somebody, here or elsewhere, changed something. */
  const changes = ref(0)
  let open = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let latest = 0

  const dirty = computed(() => [...buffers.values()].filter((buffer) => isDirty(buffer)))
  const paths = computed(() => [...new Set([...(files.value ?? []).map((file) => file.path), ...dirty.value.map((buffer) => buffer.path)])])

  function isDirty(buffer: Buffer): boolean {
    return buffer.revision === null || buffer.text !== buffer.base
  }

  async function load(): Promise<void> {
    try {
      const list = await api.assistant.files()
      files.value = list.items
      revision.value = list.revision
      problem.value = null
    } catch (error) {
      problem.value = error
    }
  }

  /** Opens a file, or goes on with what was begun. */
  async function read(path: string): Promise<Buffer> {
    const known = buffers.get(path)
    if (known && isDirty(known)) return known
    const file = await api.assistant.file(path)
    return show(file)
  }

  function show(file: DraftFile): Buffer {
    buffers.set(file.path, { path: file.path, text: file.text, base: file.text, revision: file.revision, newer: null, gone: false })
    return buffers.get(file.path) as Buffer
  }

  function begin(path: string, text: string): void {
    buffers.set(path, { path, text, base: '', revision: null, newer: null, gone: false })
    checkSoon()
  }

  function write(path: string, text: string): void {
    const buffer = buffers.get(path)
    if (!buffer || buffer.text === text) return
    buffer.text = text
    checkSoon()
  }

  /** Stores a file. Says `false`, and what is there instead, when somebody else was faster. */
  async function save(path: string): Promise<boolean> {
    const buffer = buffers.get(path)
    if (!buffer) return true
    const sent = buffer.text
    try {
      const stored = await api.assistant.write(path, sent, buffer.revision)
      Object.assign(buffer, { base: sent, revision: stored.revision, newer: null, gone: false })
      await load()
      changes.value += 1
      checkSoon()
      return true
    } catch (error) {
      if (!(error instanceof ApiError) || !['conflict', 'not_found'].includes(error.code)) throw error
      await findNewer(buffer)
      return false
    }
  }

  async function findNewer(buffer: Buffer): Promise<void> {
    try {
      buffer.newer = await api.assistant.file(buffer.path)
      buffer.gone = false
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error
      buffer.newer = null
      buffer.gone = true
    }
  }

  /** What is written stays, and is stored over what somebody else wrote. */
  async function keepMine(path: string): Promise<boolean> {
    const buffer = buffers.get(path)
    if (!buffer) return true
    buffer.revision = buffer.newer?.revision ?? null
    return save(path)
  }

  function takeTheirs(path: string): void {
    const newer = buffers.get(path)?.newer
    if (newer) show(newer)
    else buffers.delete(path)
    checkSoon()
  }

  function discard(path: string): void {
    const buffer = buffers.get(path)
    if (!buffer) return
    if (buffer.revision === null) buffers.delete(path)
    else buffer.text = buffer.base
    checkSoon()
  }

  async function remove(path: string): Promise<void> {
    const buffer = buffers.get(path)
    if (buffer && buffer.revision !== null) await api.assistant.removeFile(path, buffer.revision)
    buffers.delete(path)
    changes.value += 1
    await load()
    checkSoon()
  }

  function checkSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void check(), CHECK_PAUSE_MS)
  }

  async function check(): Promise<void> {
    const turn = ++latest
    checking.value = true
    const over: PlainFile[] = dirty.value.map(({ path, text }) => ({ path, text }))
    try {
      const found = await api.assistant.check(over)
      if (turn !== latest) return
      checked.value = found
      checkProblem.value = null
    } catch (error) {
      if (turn === latest) checkProblem.value = error
    } finally {
      if (turn === latest) checking.value = false
    }
  }

  async function enter(): Promise<void> {
    open = true
    await load()
    await check()
  }

  function leave(): void {
    open = false
    clearTimeout(timer)
  }

  /** Files were changed by another hand: what is open and untouched follows. */
  async function changedElsewhere(): Promise<void> {
    if (!open) return
    await load()
    for (const buffer of [...buffers.values()]) {
      const stored = files.value?.find((file) => file.path === buffer.path)
      if (isDirty(buffer) || (stored && stored.revision === buffer.revision)) continue
      if (stored) await api.assistant.file(buffer.path).then(show, () => {})
      else buffers.delete(buffer.path)
    }
    changes.value += 1
    checkSoon()
  }

  /** Whoever signs out leaves nothing behind. */
  function clear(): void {
    leave()
    buffers.clear()
    files.value = null
    checked.value = null
  }

  return {
    files, revision, problem, buffers, dirty, paths, checked, checking, checkProblem, changes,
    isDirty, load, read, begin, write, save, keepMine, takeTheirs, discard, remove, check, enter, leave, changedElsewhere, clear,
  }
})
