import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** A piece of a text: words, or an address to go to. */
export type TextPiece = { readonly text: string; readonly href?: string };

// Only http and https: nothing else is worth the risk of what a peer may make of it.
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/giu;

/** Splits a text into words and addresses. The text is never read as markup. */
export function piecesOf(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTrailing(match[0]);
    let url: URL;
    try {
      url = new URL(address);
    } catch {
      continue;
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href: url.href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** An address in a sentence ends before the sentence's own punctuation, and before a bracket it did not open. */
function withoutTrailing(address: string): string {
  let end = address;
  for (;;) {
    const last = end.at(-1)!;
    const isUnopened = last === ')' && end.split(')').length > end.split('(').length;
    if (!isUnopened && !/[.,;:!?…]/u.test(last)) return end;
    end = end.slice(0, -1);
  }
}

/** A text with its addresses as links: another site opens in a new tab that knows nothing of this one. */
export function textWithLinks(text: string): (string | TemplateResult)[] {
  return piecesOf(text).map((piece) => {
    if (!piece.href) return piece.text;
    const isInternal = new URL(piece.href).origin === location.origin;
    return isInternal
      ? html`<a part="link" href=${piece.href}>${piece.text}</a>`
      : html`<a part="link" href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.text}</a>`;
  });
}
