/** What a backend can do and prove. Elements leave out what it cannot; the engine does not ask for it. */
export interface Capabilities {
  /** It lists people who are no contacts yet. Without it nobody is looked for: elements show the contacts. */
  readonly listsPeople: boolean;
  /** It can create accounts. Without it the form only signs in. */
  readonly createsAccounts: boolean;
  /**
   * The receipts that our clients send each other come through. Without it nothing proves that a message was delivered
   * or read: the last status is Sent.
   */
  readonly carriesReceipts: boolean;
  /** The largest body that one send may carry, in bytes. */
  readonly maxBodyBytes: number;
  /** Channels that are up stay up, and carry bodies, while the link to the service is down. */
  readonly channelsOutliveLink: boolean;
  /**
   * How many bodies may be on their way to one peer before the first is answered; at least 1. More than one only
   * where the backend keeps their order, also when one of them is not accepted: then it accepts none of those that were
   * handed over behind it.
   */
  readonly maxInFlight: number;
}
