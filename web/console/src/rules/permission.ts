import type { Role } from '@/api/types'

export type Permission =
  | 'write_conversations'
  | 'assign_others'
  | 'write_contacts'
  | 'erase_contacts'
  | 'propose_knowledge'
  | 'write_knowledge'
  | 'write_settings'
  | 'read_assistant'
  | 'manage_assistant'
  | 'operate'

const NEEDED: Record<Permission, Role[]> = {
  write_conversations: ['admin', 'supervisor', 'agent'],
  assign_others: ['admin', 'supervisor'],
  write_contacts: ['admin', 'supervisor', 'agent'],
  erase_contacts: ['admin'],
  propose_knowledge: ['admin', 'supervisor', 'agent'],
  write_knowledge: ['admin', 'supervisor'],
  write_settings: ['admin'],
  read_assistant: ['admin', 'supervisor'],
  manage_assistant: ['admin'],
  operate: ['admin'],
}

export function roleMay(role: Role, permission: Permission): boolean {
  return NEEDED[permission].includes(role)
}
