import type { Frame, SessionSecuritySettings } from './frames.ts';

/**
 * The longest payload a `Message` may carry, in bytes. As an array of decimal numbers it takes up to four
 * characters a byte, and a frame over 16 MiB makes the service cut the socket.
 */
export const MAX_PAYLOAD_BYTES = 4_000_000;

/** The longest frame, in bytes of UTF-8, that the service reads; a longer one makes it cut the socket. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** What the service itself takes as the default. A fresh object each time: nobody may change another's. */
export function defaultSecuritySettings(): SessionSecuritySettings {
  return {
    security_level: 'Standard',
    secrecy_mode: 'BestEffort',
    crypto_params: { encryption_algorithm: 'AES_GCM_256', kem_algorithm: 'MlKem', sig_algorithm: 'None' },
    header_obfuscator_settings: 'Disabled',
  };
}

function isNamed(frame: Frame, word: string): boolean {
  const name = frame.variant === 'Unknown' ? frame.name : frame.variant;
  return frame.envelope === 'Response' && name.includes(word);
}

/** Whether a frame reports a failure. `SessionAlreadyActive` is none. */
export function isFailure(frame: Frame): boolean {
  return isNamed(frame, 'Failure');
}

/**
 * Whether a frame is a notification. Its request id, where it has one, is then *not* the id of a request that it
 * answers, with one exception: `DisconnectNotification` with a request id is the answer to a hang-up or sign-out.
 */
export function isNotification(frame: Frame): boolean {
  return isNamed(frame, 'Notification');
}

/** The service's own text of a failure (`error` or `message`, whichever the variant uses); otherwise undefined. */
export function failureText(frame: Frame): string | undefined {
  if (!isFailure(frame)) return undefined;
  const { error, message } = (frame.body ?? {}) as { error?: unknown; message?: unknown };
  return [error, message].find((text) => typeof text === 'string');
}

/**
 * Whether a text is an IP literal with a port, the only form of server address that the service reads; a request
 * with a host name is dropped without an answer.
 */
export function isSocketAddress(text: string): boolean {
  const isIpWithPort = /^(((0|[1-9]\d{0,2})\.){3}(0|[1-9]\d{0,2})|\[[\da-f:.]+\]):\d{1,5}$/i.test(text);
  // The URL parser knows what each part may be.
  return isIpWithPort && URL.canParse(`http://${text}`);
}
