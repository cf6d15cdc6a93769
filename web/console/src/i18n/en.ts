import { assistEn } from './assist.en'
import { assistantEn } from './assistant.en'
import { knowledgeEn } from './knowledge.en'
import { languageEn } from './language.en'
import type { Messages } from './zh-CN'

const en: Messages = {
  app: { name: 'Yingda', tagline: 'Open-source customer service', console: 'Yingda agent console' },
  common: {
    save: 'Save', cancel: 'Cancel', close: 'Close', delete: 'Delete', edit: 'Edit', create: 'Create', retry: 'Try again', refresh: 'Refresh',
    copy: 'Copy', copied: 'Copied', loading: 'Loading…', more: 'Load more', search: 'Search', back: 'Back', none: 'None', yes: 'Yes', no: 'No',
    done: 'Done', add: 'Add', remove: 'Remove', actions: 'Actions', unnamed: 'Unnamed', menu: 'More actions',
  },
  nav: { main: 'Main navigation', inbox: 'Inbox', tickets: 'Tickets', assistant: 'Assistant', knowledge: 'Knowledge', language: 'Language', settings: 'Settings', skip: 'Skip to main content' },
  login: {
    title: 'Sign in to the console', subtitle: 'Use your work e-mail address', email: 'E-mail', password: 'Password', submit: 'Sign in', language: 'Interface language',
    show_password: 'Show password', hide_password: 'Hide password', need_email: 'Enter your e-mail address', need_password: 'Enter your password',
    bad: 'The e-mail address or password is wrong. Try again.', limited: 'Too many attempts. Try again in {seconds} seconds.', expired: 'Your session has ended. Sign in again.',
    promise_1: 'No message is ever lost', promise_2: 'Every decision of the bot can be explained', promise_3: 'Your data stays on your own server',
  },
  user: {
    menu: 'Your menu', presence: 'Presence', online: 'Online', away: 'Away', unknown: 'Offline', language: 'Language', theme: 'Appearance',
    light: 'Light', dark: 'Dark', system: 'System', send_key: 'Send with', enter: 'Enter', ctrl_enter: 'Ctrl + Enter', sound: 'Sound', on: 'On', off: 'Off',
    shortcuts: 'Keyboard shortcuts', logout: 'Sign out',
  },
  role: { admin: 'Admin', supervisor: 'Supervisor', agent: 'Agent', 'read-only': 'Read only' },
  connection: {
    online: 'Connected', connecting: 'Connecting…', offline: 'Connection lost, reconnecting', signed_out: 'Signed out', reconnect: 'Reconnect now',
  },
  list: {
    title: 'Conversations', mine: 'Mine', unassigned: 'Unassigned', bot: 'Bot', all: 'All', unread: '{count} unread',
    empty_mine: 'No conversations of yours', empty_mine_hint: 'Take one from “Unassigned”, or take a breath.', empty_unassigned: 'Nobody is waiting', empty_unassigned_hint: 'New customers in the queue appear here at once.',
    empty_bot: 'The bot has no open conversations', empty_bot_hint: 'The bot greets customers first when they write.', empty_all: 'No conversations yet', empty_all_hint: 'They appear here once the chat widget is on your site.',
    failed: 'The list could not be loaded', end: 'That is all', waiting_for: 'Waiting {time}', you: 'You', said: '{who}: {text}', typing: 'typing…', choose_view: 'Choose a list',
  },
  kind: { text: 'Text', image: '[Image]', file: '[File]', voice: '[Voice]', card: '[Card]', choices: '[Choices]' },
  status: { bot: 'Bot', queued: 'Queued', assigned: 'Open', waiting: 'Waiting', snoozed: 'Snoozed', resolved: 'Resolved' },
  conversation: {
    pane: 'Conversation', pick: 'Select a conversation', pick_hint: 'Move through the list with ↑ and ↓, open with Enter.', failed: 'The conversation could not be loaded', missing: 'There is no such conversation',
    back: 'Back to the list', details: 'Contact and decisions', timeline: 'Messages', older: 'Load earlier messages', start: 'The conversation begins here', new_messages: '{count} new',
    typing_contact: 'The customer is typing', typing_agent: '{name} is typing', new_from: '{name}: {text}', to_bottom: 'Go to the newest message',
    assigned_to: 'Assigned to {name}', unassigned: 'Nobody assigned', via: 'via {inbox}', snoozed_until: 'until {time}',
  },
  action: {
    take_over: 'Take over', return_to_bot: 'Return to bot', snooze: 'Snooze', assign: 'Assign', resolve: 'Resolve', reopen: 'Reopen',
    refused: 'That did not work: {reason}',
  },
  snooze: {
    title: 'Snooze', hint: 'The conversation comes back at that time, or when the customer writes.', in_1h: 'In 1 hour', in_3h: 'In 3 hours', tomorrow: 'Tomorrow, 9:00', monday: 'Next Monday, 9:00', custom: 'Other time', pick: 'Pick date and time', past: 'Pick a time in the future',
  },
  assign: {
    title: 'Assign conversation', people: 'People', teams: 'Teams', to_queue: 'Put back into the queue', search: 'Find a colleague', no_teams: 'No teams yet', no_people: 'Nobody matches', current: 'Current assignee', confirm: 'Assign',
  },
  message: {
    bot: 'Bot', system: 'System', note: 'Private note', note_hint: 'Only colleagues see this', sending: 'Sending', stored: 'Sent', failed: 'Not sent', retry: 'Send again', discard: 'Delete',
    offline: 'No connection; sends again when it is back', read: 'Read', delivered: 'Delivered', chosen: 'Tapped', why: 'Why this answer', download: 'Download {name}', image: 'Image', image_of: 'Image: {name}', voice: 'Voice message', voice_unplayable: 'Cannot be played here; download it', open_link: 'Open link', choices_hint: 'For the customer to tap', image_missing: 'The image cannot be shown',
  },
  event: {
    opened: 'Conversation started', handed_over: 'Bot handed over · {reason}', assigned_user: '{actor} assigned {user}', taken: '{user} took over', assigned_team: '{actor} assigned team {team}', queued: '{actor} put it back into the queue',
    returned_to_bot: '{actor} returned it to the bot', snoozed: '{actor} snoozed until {time}', woke: 'The snooze ended', resolved: '{actor} resolved the conversation', reopened: 'Conversation reopened', contact_changed: 'The contact was merged',
    customer: 'Customer', someone: 'A colleague', system: 'System', bot: 'Bot',
  },
  reason: { requested: 'customer asked for a person', repeated_failure: 'no answer several times in a row', cannot_read: 'content the bot cannot read', intent: 'a request that people handle', safety: 'somebody may be in danger, or a minor buys: look at it first', upset: 'the customer is upset', flow: 'the flow leads to a person', high_value: 'much is at stake', rule: 'a rule asks for a person', tool_failed: 'a system did not answer', guard: 'no answer passed the checks' },
  composer: {
    region: 'Write a message', reply: 'Reply', note: 'Note', reply_placeholder: 'Reply to the customer…', note_placeholder: 'A note for colleagues; the customer does not see it…', send: 'Send', save_note: 'Add note',
    attach: 'Attach a file', drop: 'Drop to send', uploading: 'Uploading {name}', too_large: '{name} is larger than 20 MB', too_long: 'At most 10,000 characters, now {count}', upload_failed: '{name} was not uploaded: {reason}',
    blocked_bot: 'The bot is in charge. Take over to reply.', blocked_queued: 'The customer is waiting in the queue. Take over to reply.', blocked_resolved: 'This conversation is resolved. Reopen it to reply.', blocked_role: 'Your account may look, but not reply.',
    enter_hint: 'Enter sends, Shift + Enter breaks the line', ctrl_enter_hint: 'Ctrl + Enter sends, Enter breaks the line', others: '{name} has this conversation',
  },
  contact: {
    tab: 'Contact', name: 'Name', email: 'E-mail', phone: 'Phone', locale: 'Language', attributes: 'Attributes', identities: 'Identities', earlier: 'Other conversations', since: 'First seen {time}',
    verified: 'Verified', claimed: 'Not verified', visitor: 'Browser visitor', external: 'Customer number', empty: 'Not set', no_attributes: 'No attributes', no_identities: 'No identities', no_earlier: 'No other conversations',
    erased: 'This contact’s personal data was destroyed on request.', failed: 'The contact could not be loaded', edit: 'Edit {field}', attribute_name: 'Attribute', attribute_value: 'Value', add_attribute: 'Add attribute', saved: 'Saved',
  },
  trace: {
    tab: 'Decisions', empty: 'No decisions yet', empty_hint: 'For each answer of the bot, this shows what it read, what it weighed and why it did what it did.', failed: 'The decisions could not be loaded',
    input: 'Text it read', language: 'Language', decided_by: 'Decided by', took: 'took {time}', said: 'said {count}', candidates: 'Candidates', confidence: 'Confidence', threshold: 'threshold {value}', passed: 'Above the threshold', below: 'Below the threshold', terms: 'Word weights', matched: 'matched', unmatched: 'not matched', nearest: 'Nearest wording',
    zh: 'Chinese', en: 'English', other: 'Other', no_candidates: 'Nothing similar in the knowledge base', chosen: 'Used', score: 'search score {value}', bar: '{question}: confidence {confidence}, threshold {threshold}',
    flow: 'Flow', generated: 'Written by a model', answer: 'Answered', answers: 'Answered one by one', graph: 'Answered from the graph', reading: 'Read as', facts: 'Facts used', things: 'Spoken of', open_wishes: '{count} left without an answer', choices: 'Offered choices', unknown: 'Did not know', hand_over: 'Handed over', failures: 'no answer {count} times in a row', trigger: 'Trigger', of_message: 'Message it answered',
  },
  knowledge: {
    title: 'Knowledge', count: '{count} shown', search: 'Search questions and answers', empty: 'The knowledge base is empty', empty_hint: 'Write the first entry, or import a CSV, XLSX, JSONL or Markdown file.', none_found: 'No entry matches', failed: 'The knowledge base could not be loaded',
    question: 'Question', answer: 'Answer', variants: 'Other wordings', variants_hint: 'One a line', lang: 'Language', category: 'Category', any_lang: 'All languages', variants_count: 'other wordings: {count}', new: 'New entry', edit: 'Edit entry', delete_sure: 'Delete “{question}”? The bot will no longer answer this.', saved: 'Saved', deleted: 'Deleted',
    import: 'Import file', import_hint: 'CSV, XLSX, JSONL or Markdown', imported: '{added} added, {updated} updated', refused: 'Refused lines: {count}', place: 'Place', problem: 'Reason', need_question: 'Enter the question', need_answer: 'Enter the answer', read_only: 'Your account may look at the knowledge base, but not change it.',
    ask: 'Try it', ask_hint: 'Ask in a customer’s words and see what the bot would decide.', ask_placeholder: 'For example: How do I return an item?', ask_button: 'Ask', ask_failed: 'The question failed',
  },
  ...assistEn,
  ...assistantEn,
  ...knowledgeEn,
  ...languageEn,
  settings: {
    title: 'Settings', users: 'Users', teams: 'Teams', inboxes: 'Inboxes', sites: 'Help centres', tokens: 'API tokens', jobs: 'Jobs', account: 'My account', sections: 'Settings sections', failed: 'Could not be loaded', admin_only: 'Only admins can change these settings.',
  },
  users: {
    hint: 'People who can sign in. A deactivated account cannot sign in; what it wrote stays.', name: 'Name', email: 'E-mail', role: 'Role', state: 'State', active: 'Active', inactive: 'Deactivated', add: 'Add user', password: 'First password', password_hint: 'At least 10 characters; have it changed after the first sign-in.', deactivate: 'Deactivate', activate: 'Activate', deactivate_sure: 'Deactivate {name}? They are signed out at once.', you: '(you)', added: 'Added', need: 'Enter name, e-mail and password',
  },
  teams: {
    hint: 'A conversation can go to a team; everybody in it may take it.', name: 'Team name', members: 'Members', add: 'New team', edit: 'Edit members', empty: 'No teams yet', none: 'No members', need: 'Enter a name', saved: 'Saved',
  },
  account: {
    hint: 'Changing your password signs you out everywhere else.', current: 'Current password', next: 'New password', again: 'New password again', save: 'Change password', saved: 'Password changed', need: 'Fill in every field', short: 'The new password needs at least 10 characters', differ: 'The new passwords are not the same', wrong: 'The current password is wrong',
  },
  hours: {
    title: 'When people are there', always: 'Always', set: 'By the week', zone: 'Time zone', day_0: 'Monday', day_1: 'Tuesday', day_2: 'Wednesday', day_3: 'Thursday', day_4: 'Friday', day_5: 'Saturday', day_6: 'Sunday', open: 'From', close: 'To', closed: 'Closed', holidays: '{count} special days stay as they are.', order: 'Closing time must be after opening time',
  },
  erase: {
    title: 'Destroy personal data', button: 'Destroy personal data…', warning: 'Destroys the key to this contact’s name, addresses, messages and files. Nobody can read them any more, and nothing brings them back.', done: 'Personal data destroyed',
  },
  merge: {
    title: 'Merge contacts', button: 'Merge into another contact…', hint: 'When two contacts are one person, “{name}” can go into the other: identities and conversations move.', search: 'Full e-mail address, phone or customer number', find: 'Find', none: 'No other contact was found', into: 'Merge into', done: 'Merged', warning: 'This cannot be undone.',
  },
  typed: { label: 'Type “{word}” to confirm' },
  inboxes: {
    hint: 'Where customers reach you. Paste the code before </body> on your pages.', web: 'Web chat', api: 'API', bot_on: 'Bot answers first', bot_off: 'People answer', snippet: 'Embed code', empty: 'No inboxes yet', key: 'Inbox key', add: 'New inbox', edit: 'Edit inbox', name: 'Name', kind: 'Kind', key_hint: '3 to 64 lower-case letters, digits or dashes; made when left empty', need: 'Enter a name',
    bot: 'Bot answers first', persona_zh: 'Bot name in Chinese', persona_en: 'Bot name in English', greeting_zh: 'Greeting in Chinese', greeting_en: 'Greeting in English', origins: 'Sites that may embed the chat', origins_hint: 'One a line, such as https://shop.example; empty means all', saved: 'Saved',
    proof: 'Believe only signed customer numbers', secret: 'Identity secret', secret_hint: 'Your server signs customer numbers with it (HMAC-SHA256).', secret_new: 'Make a new secret', secret_sure: 'The one before stops working at once.', secret_once: 'Copy the secret now: it is shown only once.',
  },
  tokens: {
    hint: 'Programs use tokens to reach the API. A token never allows more than its owner may do.', name: 'Name', scopes: 'Scopes', expires: 'Expires', days: '{count} days', never: 'Never expires', new: 'New token', once: 'Copy the token now: it is shown only once.', empty: 'No tokens yet', delete_sure: 'Delete the token “{name}”? Programs that use it lose access at once.', need: 'Enter a name and pick at least one scope', expires_at: 'expires {time}', name_placeholder: 'For example: order system',
  },
  scope: {
    'conversations:read': 'Read conversations', 'conversations:write': 'Handle conversations', 'contacts:read': 'Read contacts', 'contacts:write': 'Change contacts', 'knowledge:read': 'Read knowledge', 'knowledge:write': 'Change knowledge', admin: 'Everything',
  },
  jobs: {
    hint: 'Jobs that still failed after several attempts stop here. Mend the cause, then run them again.', kind: 'Kind', attempts: 'Attempts', error: 'Last error', retry: 'Run again', empty: 'No failed jobs', empty_hint: 'All is well.', dead: 'Failed', ready: 'Waiting', running: 'Running', retried: 'Queued again', state: 'Job state', nothing: 'No jobs', times: '{count}', when: 'When',
  },
  shortcuts: {
    title: 'Keyboard shortcuts', move: 'Move through the list', open: 'Open a conversation', reply: 'Write a reply', note: 'Write a note', take_over: 'Take over', return_to_bot: 'Return to bot', snooze: 'Snooze', assign: 'Assign', resolve: 'Resolve or reopen', help: 'Show shortcuts',
  },
  error: {
    offline: 'The server cannot be reached. Check the network.', wrong_status: 'The conversation has changed; this is not possible now.', wrong_actor: 'This is not possible in your position.', forbidden: 'You are not allowed to do this.', not_found: 'Not found; it may have been deleted.',
    rate_limited: 'Too fast. Try again in a moment.', payload_too_large: 'The file is too large; 20 MB at most.', unsupported_media_type: 'This kind of file is not supported.', bad_content: 'The content is not allowed.', csrf: 'The page is out of date. Reload it and try again.', conflict: 'It exists already, or somebody just changed it.', unavailable: 'The server is not available. Try again later.', internal: 'Something broke on the server. Try again later.', other: 'That did not work.', request: 'Request {id}', page: 'Something went wrong on this page', unauthenticated: 'Your session has ended. Sign in again.', bad_request: 'Something is not filled in correctly. Check it and try again.',
  },
}

export default en
