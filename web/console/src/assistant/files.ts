// The assistant's files: how they are grouped, named and begun.

import type { FileProblem, FilesChecked } from '@/api/assistant'
import type { Language } from '@/stores/preferences'

export const GROUPS = ['flows', 'tools', 'tests', 'customers', 'other'] as const
export type Group = (typeof GROUPS)[number]
/** Files that stand beside the folders. */
export const SINGLE = ['wording.yml', 'guard.yml', 'models.yml'] as const

export interface Listed { path: string; title: string }

export function groupOf(path: string): Group {
  const folder = path.split('/')[0]
  return path.includes('/') ? (GROUPS.find((group) => group === folder) ?? 'other') : 'other'
}

/** A file's name without folder and ending. */
export const stem = (path: string): string => path.replace(/^[^/]*\//, '').replace(/\.yml$/, '')

/** Paths by group, each with the title that its contents give it. */
export function grouped(paths: readonly string[], checked: FilesChecked | null, language: Language): { group: Group; files: Listed[] }[] {
  const titles = titlesOf(checked, language)
  const groups = GROUPS.map((group) => ({
    group,
    files: paths.filter((path) => groupOf(path) === group).map((path) => ({ path, title: titles.get(path) ?? '' })).sort((a, b) => a.path.localeCompare(b.path)),
  }))
  return groups.filter(({ files }) => files.length > 0)
}

export function titlesOf(checked: FilesChecked | null, language: Language): Map<string, string> {
  const titles = new Map<string, string>()
  for (const flow of checked?.flows ?? []) titles.set(flow.file, language === 'zh-CN' ? flow.title_zh || flow.title_en : flow.title_en || flow.title_zh)
  for (const one of [...(checked?.tests ?? []), ...(checked?.customers ?? [])]) if (!titles.has(one.file)) titles.set(one.file, one.name)
  return titles
}

/** How many problems a file has, and whether one of them is fatal. */
export function troubles(problems: readonly FileProblem[]): Map<string, { fatal: number; other: number }> {
  const all = new Map<string, { fatal: number; other: number }>()
  for (const { file, fatal } of problems) {
    const one = all.get(file) ?? { fatal: 0, other: 0 }
    one[fatal ? 'fatal' : 'other'] += 1
    all.set(file, one)
  }
  return all
}

const NAME = /^[a-z0-9][a-z0-9_-]*$/

/** Where a new file goes; `null` when its name cannot be one. */
export function pathOf(group: Group, name: string): string | null {
  const clean = name.trim()
  if (group === 'other') return (SINGLE as readonly string[]).includes(clean) ? clean : null
  const path = `${group}/${clean}.yml`
  // A flow's id has no dash.
  const pattern = group === 'flows' ? /^[a-z][a-z0-9_]*$/ : NAME
  return pattern.test(clean) && path.length <= 120 ? path : null
}

/** What a new file begins with. */
export function template(path: string): string {
  const name = stem(path)
  switch (groupOf(path)) {
    case 'flows':
      return `flow: ${name}
title: {zh: 新流程, en: New flow}
description: {zh: 顾客想办什么, en: What the customer wants}
starts:
  phrases:
    zh: [我想试试新流程]
    en: [I want to try the new flow]
slots:
  wish:
    type: text
    title: {zh: 需求, en: wish}
steps:
  - collect: wish
    ask:
      zh: 请问您需要什么？
      en: What do you need?
  - confirm:
      zh: "您需要的是：{{ wish }}，对吗？"
      en: "You need: {{ wish }}. Is that right?"
  - say:
      zh: 好的，已经记下了。
      en: All right, noted.
`
    case 'tools':
      return `backend: ${name}
kind: http
base_url: "{{ settings.${name}_url }}"
timeout_ms: 3000
tools:
  get_example:
    title: {zh: 查询示例, en: Look up an example}
    method: GET
    path: /examples/{id}
    input:
      type: object
      required: [id]
      properties: {id: {type: string}}
    output: {type: object}
    effect: read
    needs: none
    scope: examples:read
`
    case 'tests':
      return `conversation: ${name}
lang: zh
turns:
  - customer: 你好
    expect:
      calls: []
end:
  handed_over: false
`
    case 'customers':
      return `customer: ${name}
lang: zh
goal: {flow: some_flow, outcome: done}
facts: {}
opening: [我想办件事]
mood: calm
patience: 8
`
    case 'other':
      return path === 'wording.yml' ? 'persona:\n  name: {zh: 小助手, en: Helper}\n  tone: {zh: 亲切、简短, en: warm and brief}\n' : ''
  }
}
