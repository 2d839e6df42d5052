import { expect } from '@open-wc/testing';
import { report, tell, tellAll } from '../../facts/listeners.ts';
import { consoleOf, reportedBy } from '../setup.ts';

describe('Listeners', () => {
  it('are all called even if one throws, and the error is reported', async () => {
    const heard: string[] = [];
    const mistake = new Error('a mistake of the page');
    const listeners = new Set([
      (word: string) => heard.push(`first ${word}`),
      () => {
        throw mistake;
      },
      (word: string) => heard.push(`last ${word}`),
    ]);
    const reported = await reportedBy(() => tellAll(listeners, 'news'));
    expect(heard).to.deep.equal(['first news', 'last news']);
    expect(reported).to.deep.equal([mistake]);
  });

  it('that an earlier one removed are not called, and added ones hear the next change', () => {
    const heard: string[] = [];
    const late = (): unknown => heard.push('late');
    const gone = (): unknown => heard.push('gone');
    const listeners = new Set<() => unknown>([
      () => {
        listeners.delete(gone);
        listeners.add(late);
      },
      gone,
    ]);
    tellAll(listeners);
    expect(heard).to.deep.equal([]);
    tellAll(listeners);
    expect(heard).to.deep.equal(['late']);
  });

  it('have their errors logged where the platform has no reportError, and dropped without a console', async () => {
    const { reportError, console } = globalThis;
    const there = Object.getOwnPropertyDescriptor(globalThis, 'console')!;
    try {
      Object.assign(globalThis, { reportError: undefined });
      const said = await consoleOf(() =>
        tell(() => {
          throw new Error('a mistake of the page');
        }),
      );
      expect(said).to.deep.equal(['error: Error: a mistake of the page']);
      Object.defineProperty(globalThis, 'console', { value: undefined, configurable: true });
      report(new Error('for nobody'));
    } finally {
      Object.defineProperty(globalThis, 'console', there);
      globalThis.reportError = reportError;
    }
    expect(globalThis.console).to.equal(console);
  });
});
