import { expect } from '@open-wc/testing';
import { citadel } from '../../client/index.ts';
import { memory } from '../../client/memory.ts';
import type { MemoryWorld } from '../../client/memory.ts';
import { createFakeClock, createSeededRandom, createSimulation } from '../../mocks/index.ts';
import type { SimulatedService } from '../../mocks/index.ts';
import type { Answer, Backend, BackendEvent, SendOptions } from '../../ports/backend.ts';
import { BACKEND_CONTRACT } from '../../testing/index.ts';
import type { BackendUnderTest } from '../../testing/index.ts';

function onTheSimulator(): BackendUnderTest {
  const clock = createFakeClock();
  const random = createSeededRandom(7);
  const simulation = createSimulation({ clock, random });
  const services = new Map<Backend, SimulatedService>();
  return {
    server: '127.0.0.1:12349',
    browser(beside) {
      const service =
        (beside && services.get(beside)) ?? simulation.service(`service ${simulation.services.length}`);
      const Socket = service.webSocket();
      const backend = citadel({ url: service.url, clock, random, openSocket: (url) => new Socket(url) });
      services.set(backend, service);
      return backend;
    },
    pass: () => clock.advance(50),
  };
}

/** In memory, as it is or as somebody has broken it. */
function inMemory(broken: (backend: Backend) => Partial<Backend> = () => ({})): BackendUnderTest {
  const clock = createFakeClock();
  const world: MemoryWorld = new Map();
  return {
    browser() {
      const backend = memory(clock, world);
      const replaced = broken(backend);
      return new Proxy(backend, {
        get(target, name: keyof Backend) {
          if (replaced[name] !== undefined) return replaced[name];
          const value: unknown = target[name];
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    },
    pass: () => clock.advance(5),
  };
}

describe('the backend contract', () => {
  it('has rules whose titles tell them apart', () => {
    const titles = BACKEND_CONTRACT.map(({ title }) => title);
    expect(new Set(titles).size).to.equal(titles.length);
    expect(titles.length).to.be.at.least(30);
  });
});

describe('citadel() on the simulator', () => {
  for (const { title, check } of BACKEND_CONTRACT) it(title, () => check(onTheSimulator()));
});

describe('memory()', () => {
  for (const { title, check } of BACKEND_CONTRACT) it(title, () => check(inMemory()));
});

/** Backends that are broken on purpose, by the rule that each breaks. */
const BROKEN: Record<string, (backend: Backend) => Partial<Backend>> = {
  'never names ourselves as a peer': (backend) => ({
    people: async (account) => {
      const answer = await backend.people(account);
      const self = { peer: account, name: 'me', username: 'me', online: true };
      return answer.ok ? { ok: true, result: [self, ...answer.result] } : answer;
    },
  }),
  'lists a contact to each of the two also while the other is away': (backend) => ({
    contacts: async (account) => {
      const answer = await backend.contacts(account);
      return answer.ok ? { ok: true, result: answer.result.filter(({ online }) => online) } : answer;
    },
  }),
  'does not call handedOver for what never leaves': (backend) => ({
    async send(account, peer, body, options) {
      const answer = await backend.send(account, peer, body, options);
      if (!answer.ok && answer.failure.kind === 'not-sent') options.handedOver?.();
      return answer;
    },
  }),
  'delivers bodies in the order in which they are sent': (backend) => {
    // Every third body waits for the next one.
    let count = 0;
    let release = (): void => undefined;
    return {
      async send(account, peer, body, options) {
        count += 1;
        if (count > 4 && count % 3 === 0) await new Promise<void>((go) => (release = go));
        const answer = backend.send(account, peer, body, options);
        release();
        return answer;
      },
    };
  },
  'tells of the link before anything else': (backend) => ({
    subscribe(listener) {
      let link: BackendEvent | null = null;
      return backend.subscribe((event) => {
        if (event.type === 'link' && event.link.state === 'up') return void (link = event);
        listener(event);
        if (link) listener(link);
        link = null;
      });
    },
  }),
  'never rejects, whoever is named': (backend) => ({
    async hangUp(account, peer): Promise<Answer> {
      if (peer.includes('/')) throw new Error('There is no such channel.');
      return backend.hangUp(account, peer);
    },
  }),
  'asks isWithdrawn right before it hands over': (backend) => ({
    async send(account, peer, body, options) {
      const isWithdrawn = options.isWithdrawn?.() ?? false;
      await Promise.resolve();
      const rest: SendOptions = { ...options, isWithdrawn: () => isWithdrawn };
      return backend.send(account, peer, body, rest);
    },
  }),
};

describe('a backend that is broken on purpose', () => {
  for (const [title, broken] of Object.entries(BROKEN))
    it(`fails the rule that it breaks, and no other: ${title}`, async () => {
      const failed: string[] = [];
      for (const rule of BACKEND_CONTRACT)
        await rule.check(inMemory(broken)).catch(() => failed.push(rule.title));
      expect(failed).to.deep.equal([title]);
    });
});
