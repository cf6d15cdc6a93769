import { createRouter, createWebHistory } from 'vue-router'
import { useSession } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shown to people who are not signed in. */
    open?: true
  }
}

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    { path: '/login', name: 'login', component: () => import('./pages/LoginPage.vue'), meta: { open: true } },
    {
      path: '/',
      component: () => import('./shell/AppShell.vue'),
      children: [
        { path: '', redirect: { name: 'inbox', params: { list: 'mine' } } },
        { path: 'inbox/:list(mine|unassigned|bot|all)/:id?', name: 'inbox', component: () => import('./pages/InboxPage.vue') },
        {
          path: 'knowledge',
          component: () => import('./pages/KnowledgePage.vue'),
          children: [
            { path: '', redirect: { name: 'kb-entries' } },
            { path: 'entries/:id?', name: 'kb-entries', component: () => import('./knowledge/EntriesTab.vue') },
            { path: 'review/:id?', name: 'kb-review', component: () => import('./knowledge/ReviewTab.vue') },
            { path: 'graph', name: 'kb-graph', component: () => import('./knowledge/GraphTab.vue') },
            { path: 'files', name: 'kb-files', component: () => import('./knowledge/FilesTab.vue') },
            { path: 'measure', name: 'kb-measure', component: () => import('./knowledge/MeasureTab.vue') },
          ],
        },
        {
          path: 'language',
          component: () => import('./pages/LanguagePage.vue'),
          children: [
            { path: '', redirect: { name: 'intents' } },
            { path: 'intents/:id?', name: 'intents', component: () => import('./language/IntentsTab.vue') },
            { path: 'try', name: 'try', component: () => import('./language/TryTab.vue') },
            { path: 'models/:version(\\d+)?', name: 'models', component: () => import('./language/ModelsTab.vue') },
            { path: 'entities', name: 'entities', component: () => import('./language/EntitiesTab.vue') },
          ],
        },
        { path: 'tickets', name: 'tickets', component: () => import('./pages/TicketsPage.vue') },
        {
          path: 'assistant',
          component: () => import('./pages/AssistantPage.vue'),
          children: [
            { path: '', redirect: { name: 'as-flows' } },
            // Which file is open is in the query: its path has folders and an ending of its own.
            { path: 'flows', name: 'as-flows', component: () => import('./assistant/FlowsTab.vue') },
            { path: 'try', name: 'as-try', component: () => import('./assistant/TryTab.vue') },
            { path: 'tests', name: 'as-tests', component: () => import('./assistant/TestsTab.vue') },
            { path: 'releases', name: 'as-releases', component: () => import('./assistant/ReleasesTab.vue') },
            { path: 'outcomes', name: 'as-outcomes', component: () => import('./assistant/OutcomesTab.vue') },
            { path: 'settings', name: 'as-settings', component: () => import('./assistant/SettingsTab.vue') },
          ],
        },
        {
          path: 'settings',
          component: () => import('./pages/SettingsPage.vue'),
          children: [
            { path: '', redirect: { name: 'users' } },
            { path: 'users', name: 'users', component: () => import('./settings/UsersSection.vue') },
            { path: 'teams', name: 'teams', component: () => import('./settings/TeamsSection.vue') },
            { path: 'inboxes', name: 'inboxes', component: () => import('./settings/InboxesSection.vue') },
            { path: 'sites', name: 'sites', component: () => import('./settings/SitesSection.vue') },
            { path: 'tokens', name: 'tokens', component: () => import('./settings/TokensSection.vue') },
            { path: 'jobs', name: 'jobs', component: () => import('./settings/JobsSection.vue') },
            { path: 'account', name: 'account', component: () => import('./settings/AccountSection.vue') },
          ],
        },
      ],
    },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  if (session.state === 'unknown') await session.restore()
  if (session.state === 'out' && !to.meta.open) return { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (session.state === 'in' && to.name === 'login') return '/'
  return true
})
