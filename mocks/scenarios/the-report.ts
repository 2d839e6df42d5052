import { cid } from '../wire.ts';
import { createStage, type OwnAccount, type Scenario, type ScenarioInput } from './scenario.ts';
import type { SimulatedService } from '../model.ts';

/** S15: the accounts of the report, with its own names and numbers. All are ours: a person looks at each. */
export interface ReportScenario extends Scenario {
  readonly accounts: readonly [OwnAccount, OwnAccount, OwnAccount];
  /** One service for everybody, or one for each of the three browsers. */
  readonly services: readonly SimulatedService[];
}

/** Options of `theReport`. */
export interface ReportOptions extends ScenarioInput {
  /**
   * 1: three accounts in one browser, on one service. 3: a browser and a service for each, where a channel
   * comes up a little after its failure was reported. Default 1.
   */
  readonly browsers?: 1 | 3;
  /** Whether the accounts exist already, or are made in the first phase. Default true: they only sign in. */
  readonly made?: boolean;
}

/** How long after the failure at 30 s the channel comes up between three browsers, in milliseconds. */
const LATE = 1500;

/**
 * S15: behind one router, without STUN or TURN, every dial fails after 30 s, and a message without a channel is
 * refused in the words of an older service, which names the sender's own CID. These CIDs are not those that
 * today's service derives from the names.
 */
export function theReport(options: ReportOptions): ReportScenario {
  const browsers = options.browsers ?? 1;
  const stage = createStage(options, { stun: false, turn: false, lateSuccess: browsers === 3 ? LATE : null });
  const services = Array.from({ length: browsers }, (_, index) =>
    stage.service(browsers === 1 ? 'the service' : `browser ${index + 1}`, {
      nat: 'same-nat',
      url: `ws://127.0.0.1:${8080 + index}`,
    }),
  );
  const own = (index: number, number?: string): OwnAccount => {
    const service = services[index % services.length];
    if (!service) throw new Error('A report needs a service.');
    return stage.own(
      service,
      {
        username: `p2ptest${index + 1}`,
        fullName: `P2P Test ${index + 1}`,
        cid: number === undefined ? undefined : cid(number),
        errors: { noChannel: 'Connection for {cid} not found' },
      },
      options.made,
    );
  };
  return {
    name: 'the-report',
    clock: options.clock,
    simulation: stage.simulation,
    services,
    accounts: [own(0, '1037731213400421288'), own(1, '6730932744337814965'), own(2)],
  };
}
