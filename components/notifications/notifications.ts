import { nothing } from 'lit';
import { css } from '../internal/css.ts';
import { pairKey } from '../../facts/ids.ts';
import type { AccountId, ConversationRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { ArrivalElement } from '../internal/arrivals.ts';
import type { PeerDetail } from '../internal/events.ts';
import { isolated } from '../internal/isolate.ts';
import { knownName } from '../internal/names.ts';
import { previewOf } from '../internal/message-words.ts';
import { isAnyPageVisible, speaksForBrowser } from '../internal/visible.ts';
import { warn } from '../internal/warn.ts';

/** Whether the browser lets the page notify; `unsupported` where it has no notifications for pages. */
export type NotificationsPermission = NotificationPermission | 'unsupported';

const PERMISSIONS: readonly NotificationsPermission[] = ['default', 'granted', 'denied', 'unsupported'];

/**
 * Desktop notifications of messages that come while no page of this browser is on screen: one per browser, not one
 * per tab, and one per conversation, which a newer message replaces. It names the sender, and shows the text only
 * with `shows-text`. The element draws nothing; pressing a notification brings the page back, shows the account and
 * opens the conversation.
 *
 * Put it inside the `p2p-messenger`, or anywhere inside a `p2p-provider` where the page opens conversations itself.
 * The browser is not asked until the page calls `requestPermission()` from a click.
 *
 * An element of its own entry: `p2p-elements/components/notifications/define`.
 *
 * @summary One desktop notification per browser for an arriving message.
 * @tag p2p-notifications
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<PeerDetail>} p2p-notification-clicked - A notification was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-open-conversation-request - A notification was pressed: its conversation shall be opened.
 * @event {CustomEvent<AccountDetail>} p2p-switch-session-request - And it belongs to another account than the one that is shown.
 * @event {CustomEvent<{ permission: NotificationsPermission }>} p2p-notification-permission-changed - The browser may notify, or may not any more.
 *
 * @cssState default - The browser has not been asked whether the page may notify.
 * @cssState granted - The page may notify.
 * @cssState denied - The page may not notify.
 * @cssState unsupported - This browser has no notifications for pages.
 */
export class NotificationsElement extends ArrivalElement {
  static override styles = css`
    :host {
      display: none;
    }
  `;
  static override properties = { showsText: { type: Boolean, attribute: 'shows-text' } };

  /** Whether a notification shows the text; others may see the screen. Absent: only the sender. */
  declare showsText: boolean;

  readonly #internals = this.attachInternals();
  readonly #open = new Map<string, Notification>();
  #known: NotificationsPermission | null = null;
  #status: PermissionStatus | null = null;

  constructor() {
    super();
    this.showsText = false;
  }

  /** Whether the browser lets the page notify, as it is now. */
  get permission(): NotificationsPermission {
    return 'Notification' in window ? Notification.permission : 'unsupported';
  }

  /**
   * Asks the person for the permission. Call it from a click; otherwise it does not ask, since browsers penalise
   * that. Resolves with the resulting permission, and never rejects.
   */
  async requestPermission(): Promise<NotificationsPermission> {
    if (this.permission === 'default') {
      if (navigator.userActivation && !navigator.userActivation.isActive)
        warn(this.localName, 'permission', 'requestPermission() must be called from a click');
      else await Notification.requestPermission().catch(() => undefined);
    }
    this.#check();
    return this.permission;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#check();
    void this.#watchPermission();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#status?.removeEventListener('change', this.#check);
    this.#status = null;
    for (const notification of this.#open.values()) notification.close();
    this.#open.clear();
  }

  protected override render(): typeof nothing {
    return nothing;
  }

  protected override arrived(row: ConversationRow, messenger: Messenger): void {
    if (!speaksForBrowser(messenger) || isAnyPageVisible(messenger) || this.permission !== 'granted') return;
    const { account, peer, name, unread, last } = row;
    const { t } = this;
    const from = knownName(name) ?? t.someone;
    const key = keyOf(account, peer);
    const options: NotificationOptions & { renotify: boolean } = {
      body: this.showsText ? isolated(previewOf(last!, from, 200, t)) : t.unreadMessages(unread),
      // The browser replaces what has the same tag: one per conversation.
      tag: key,
      // Or what replaces an older one would be silent.
      renotify: true,
      lang: t.language,
    };
    try {
      // Never the CID, nor a part of it: this is read by whoever sees the screen.
      const notification = new Notification(from, options);
      this.#open.set(key, notification);
      notification.onclick = () => this.#onClick(notification, { account, peer });
    } catch {
      // On phones only a service worker may notify, and the constructor throws.
    }
  }

  /** What has been read needs no notification any more. */
  protected override read(account: AccountId, peer: AccountId): void {
    const key = keyOf(account, peer);
    this.#open.get(key)?.close();
    this.#open.delete(key);
  }

  readonly #check = (): void => {
    const { permission } = this;
    if (permission === this.#known) return;
    const isFirst = this.#known === null;
    this.#known = permission;
    for (const state of PERMISSIONS) this.#internals.states.delete(state);
    this.#internals.states.add(permission);
    if (!isFirst) this.tell('p2p-notification-permission-changed', { permission });
  };

  /** People take it back in the browser's own settings. */
  async #watchPermission(): Promise<void> {
    try {
      const status = await navigator.permissions.query({ name: 'notifications' });
      if (!this.isConnected || this.#status) return;
      this.#status = status;
      status.addEventListener('change', this.#check);
    } catch {
      // Not every browser tells: then it is looked at when it matters.
    }
  }

  #onClick(notification: Notification, detail: PeerDetail): void {
    window.focus();
    notification.close();
    this.tell('p2p-notification-clicked', detail);
    this.openConversation(detail);
  }
}

function keyOf(account: AccountId, peer: AccountId): string {
  return `p2p ${pairKey(account, peer)}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-notifications': NotificationsElement;
  }
}
