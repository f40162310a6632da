import type { Stop } from './tour.ts';

/** Users, groups and who is in them. */
export const peopleStops: readonly Stop[] = [
  ['GET /2.0/users', ({ service }) => service.users.getUsers({ limit: 5 })],
  ['GET /2.0/users/me', ({ service }) => service.users.getUserMe()],
  ['GET /2.0/users/:id', ({ service }) => service.users.getUserById('11000005')],
  [
    'POST /2.0/users',
    async (tour) => {
      const role = 'user' as const;
      tour.person = (
        await tour.service.users.createUser({ name: 'Nora Newcomer', login: 'nora@northwind.example', role, jobTitle: 'Clerk' })
      ).id;
    },
  ],
  [
    'PUT /2.0/users/:id',
    ({ service, person }) => service.users.updateUserById(person, { requestBody: { status: 'inactive', phone: '1' } }),
  ],
  [
    'POST /2.0/users/:id/email_aliases',
    async (tour) => {
      tour.alias = (await tour.service.emailAliases.createUserEmailAlias(tour.person, { email: 'n@northwind.example' })).id ?? '';
    },
  ],
  ['GET /2.0/users/:id/email_aliases', ({ service, person }) => service.emailAliases.getUserEmailAliases(person)],
  [
    'DELETE /2.0/users/:id/email_aliases/:alias',
    ({ service, person, alias }) => service.emailAliases.deleteUserEmailAliasById(person, alias),
  ],
  ['DELETE /2.0/users/:id', ({ service, person }) => service.users.deleteUserById(person, { queryParams: { force: false } })],
  [
    'POST /2.0/users/terminate_sessions',
    ({ service }) => service.sessionTermination.terminateUsersSessions({ userIds: ['11000009'], userLogins: [] }),
  ],

  [
    'POST /2.0/groups',
    async (tour) => {
      tour.group = (await tour.service.groups.createGroup({ name: 'Night shift', description: 'They carry' })).id;
    },
  ],
  ['GET /2.0/groups', ({ service }) => service.groups.getGroups({ limit: 5 })],
  ['GET /2.0/groups/:id', ({ service, group }) => service.groups.getGroupById(group)],
  ['PUT /2.0/groups/:id', ({ service, group }) => service.groups.updateGroupById(group, { requestBody: { name: 'Late shift' } })],
  [
    'POST /2.0/group_memberships',
    async (tour) => {
      const { id } = await tour.service.memberships.createGroupMembership({ user: { id: '11000001' }, group: { id: tour.group } });
      tour.membership = id ?? '';
    },
  ],
  ['GET /2.0/group_memberships/:id', ({ service, membership }) => service.memberships.getGroupMembershipById(membership)],
  [
    'PUT /2.0/group_memberships/:id',
    async (tour) => tour.service.memberships.updateGroupMembershipById(tour.membership, { requestBody: { role: 'admin' } }),
  ],
  ['GET /2.0/groups/:id/memberships', ({ service, group }) => service.memberships.getGroupMemberships(group)],
  ['GET /2.0/users/:id/memberships', ({ service }) => service.memberships.getUserMemberships('11000001')],
];
