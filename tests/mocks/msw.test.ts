import { expect } from '@open-wc/testing';
import { createFakeClock, createSeededRandom, createSimulation } from '../../mocks/index.ts';
import { simulatorHandlers } from '../../mocks/msw.ts';
import { mswOfThisFile } from '../msw.ts';
import { SEED } from './world.ts';

const REQUEST = '{"Request":{"GetSessions":{"request_id":"1b896200-6932-4bb1-843b-38c3f300b5ef"}}}';

describe(`The simulator behind msw (seed ${SEED})`, () => {
  const clock = createFakeClock();
  const simulation = createSimulation({ clock, random: createSeededRandom(SEED) });
  const service = simulation.service('one', { url: 'ws://service.example.test/' });
  const worker = mswOfThisFile();
  before(() => worker.use(...simulatorHandlers(service)));

  interface Opened {
    socket: WebSocket;
    texts: string[];
    closes: number[];
  }

  async function open(): Promise<Opened> {
    const socket = new WebSocket('ws://service.example.test/');
    const texts: string[] = [];
    const closes: number[] = [];
    socket.onmessage = ({ data }) => texts.push(String(data));
    socket.onclose = ({ code }) => closes.push(code);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    await clock.advance(5);
    return { socket, texts, closes };
  }

  /** msw hands a frame on in a task of its own. */
  async function passes(text: string, { texts }: Opened): Promise<void> {
    for (let i = 0; i < 100 && !texts.some((heard) => heard.includes(text)); i++) await clock.advance(1);
    expect(texts.join('\n')).to.contain(text);
  }

  it('greets a page that opens a WebSocket, and answers it', async () => {
    const page = await open();
    await passes('ServiceConnectionAccepted', page);
    page.socket.send(REQUEST);
    await passes('GetSessionsResponse', page);
    page.socket.close();
  });

  it('reads text in every form in which a page can send it', async () => {
    const page = await open();
    const bytes = new TextEncoder().encode(REQUEST);
    for (const data of [bytes, bytes.buffer, new Blob([bytes])]) {
      page.texts.length = 0;
      page.socket.send(data);
      await passes('GetSessionsResponse', page);
    }
    page.socket.close();
  });

  it('closes with 1006 when the service is ended, and lets the service know when the page closes', async () => {
    const page = await open();
    expect(service.sockets.length).to.equal(1);
    service.kill();
    for (let i = 0; i < 100 && page.closes.length === 0; i++) await clock.advance(1);
    expect(page.closes).to.deep.equal([1006]);
    service.start();
    const again = await open();
    await passes('ServiceConnectionAccepted', again);
    again.socket.close(4001);
    for (let i = 0; i < 100 && service.sockets.length > 0; i++) await clock.advance(1);
    expect(service.sockets.length).to.equal(0);
  });
});
