import { describe, expect, test } from 'vitest'
import type { Status } from '@/api/types'
import { type Action, possible, replyObstacle } from '@/rules/conversation'
import { roleMay } from '@/rules/permission'
import { ME, view } from './events'

const can = (action: Action, status: Status, assignee: string | null = ME, bot = true): boolean =>
  possible(action, view({ status, assignee_id: assignee, bot }).conversation, ME)
const ALL: Status[] = ['bot', 'queued', 'assigned', 'waiting', 'snoozed', 'resolved']

describe('what is offered', () => {
  test('a conversation of the bot, the queue or a colleague can be taken over', () => {
    expect(can('take_over', 'bot', null)).toBe(true)
    expect(can('take_over', 'queued', null)).toBe(true)
    expect(can('take_over', 'assigned', 'somebody')).toBe(true)
    expect(can('take_over', 'assigned')).toBe(false)
    expect(can('take_over', 'snoozed')).toBe(true)
    expect(can('take_over', 'resolved', 'somebody')).toBe(false)
  })

  test('only people’s conversations of an inbox with a bot go back to it', () => {
    expect(ALL.filter((status) => can('return_to_bot', status))).toEqual(['queued', 'assigned', 'waiting', 'snoozed'])
    expect(can('return_to_bot', 'assigned', ME, false)).toBe(false)
  })

  test('what a person has can be snoozed', () => {
    expect(ALL.filter((status) => can('snooze', status))).toEqual(['assigned', 'waiting', 'snoozed'])
  })

  test('what is resolved can only be reopened', () => {
    const actions: Action[] = ['take_over', 'return_to_bot', 'snooze', 'assign', 'resolve', 'reopen']
    expect(actions.filter((action) => can(action, 'resolved'))).toEqual(['reopen'])
  })
})

test('an answer needs a person in charge', () => {
  expect(ALL.map((status) => replyObstacle(view({ status }).conversation))).toEqual(['bot', 'queued', null, null, null, 'resolved'])
})

test('agents answer, supervisors also assign, admins also operate', () => {
  expect(roleMay('read-only', 'write_conversations')).toBe(false)
  expect(roleMay('agent', 'write_conversations')).toBe(true)
  expect(roleMay('agent', 'assign_others')).toBe(false)
  expect(roleMay('supervisor', 'assign_others')).toBe(true)
  expect(roleMay('supervisor', 'operate')).toBe(false)
  expect(roleMay('admin', 'operate')).toBe(true)
})
