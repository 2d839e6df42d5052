export * from './frames.ts';
export { cid, compareCids, isCid, NOBODY } from './cid.ts';
export { decode, encode, type DecodeError, type DecodeResult } from './codec.ts';
export { classifyError, type ErrorCode } from './errors.ts';
export {
  defaultSecuritySettings,
  failureText,
  isFailure,
  isNotification,
  isSocketAddress,
  MAX_PAYLOAD_BYTES,
} from './helpers.ts';
