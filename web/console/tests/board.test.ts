import { describe, expect, test } from 'vitest'
import { emptyBoard, listed, markRead, putPage, putView } from '@/live/board'
import { ME, view } from './events'

const ids = (board: ReturnType<typeof emptyBoard>, name: 'mine' | 'unassigned' | 'bot' | 'all') => listed(board, name).map((one) => one.conversation.id)

describe('lists', () => {
  test('a conversation that is taken over moves from the queue to mine', () => {
    const board = emptyBoard()
    putView(board, view({ seq: 3 }), ME)
    expect(ids(board, 'unassigned')).toEqual(['c1'])
    putView(board, view({ seq: 5, status: 'assigned', assignee_id: ME }), ME)
    expect(ids(board, 'unassigned')).toEqual([])
    expect(ids(board, 'mine')).toEqual(['c1'])
    expect(ids(board, 'all')).toEqual(['c1'])
  })

  test('a resolved conversation leaves mine', () => {
    const board = emptyBoard()
    putView(board, view({ seq: 5, status: 'assigned', assignee_id: ME }), ME)
    putView(board, view({ seq: 7, status: 'resolved', assignee_id: ME }), ME)
    expect(ids(board, 'mine')).toEqual([])
  })

  test('an older state never replaces a newer one', () => {
    const board = emptyBoard()
    putView(board, view({ seq: 5, status: 'assigned', assignee_id: ME }), ME)
    expect(putView(board, view({ seq: 3 }), ME)).toBe(false)
    putPage(board, 'unassigned', { items: [view({ seq: 3 })], next_cursor: null }, 0, ME)
    expect(ids(board, 'unassigned')).toEqual([])
    expect(ids(board, 'mine')).toEqual(['c1'])
  })

  test('what arrives while a list is loading stays when the older answer comes', () => {
    const board = emptyBoard()
    putView(board, view({ id: 'gone', seq: 1 }), ME)
    const begun = board.changes
    putView(board, view({ id: 'new', seq: 1 }), ME)
    putPage(board, 'unassigned', { items: [view({ id: 'old', seq: 1 })], next_cursor: null }, begun, ME)
    expect(ids(board, 'unassigned').sort()).toEqual(['new', 'old'])
  })

  test('the newest activity is first, whatever the form of the time', () => {
    const board = emptyBoard()
    putView(board, view({ id: 'a', updated_at: '2026-11-22T01:00:00Z' }), ME)
    putView(board, view({ id: 'b', updated_at: '2026-11-22T01:00:00.5Z' }), ME)
    putView(board, view({ id: 'c', updated_at: '2026-11-21T23:00:00Z' }), ME)
    expect(ids(board, 'all')).toEqual(['b', 'a', 'c'])
  })
})

describe('reading', () => {
  test('a conversation read to the end has nothing unread', () => {
    const board = emptyBoard()
    putView(board, view({ seq: 4, unread_by_agents: 2 }), ME)
    markRead(board, 'c1', 'agent', 4)
    expect(board.views.get('c1')?.conversation.unread_by_agents).toBe(0)
  })

  test('the state after reading replaces the one before though no event came between', () => {
    const board = emptyBoard()
    putView(board, view({ seq: 4, unread_by_agents: 2 }), ME)
    putView(board, view({ seq: 4, agents_read_seq: 4 }), ME)
    expect(board.views.get('c1')?.conversation.unread_by_agents).toBe(0)
  })
})
