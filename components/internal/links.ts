import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { LinkifyIt } from 'linkify-it';
import { LONGEST_ADDRESS, sliceAt } from './texts.ts';
import type { Slice } from './texts.ts';

/** A piece of a text: plain text or a link. */
export type TextPiece = { readonly text: string; readonly href?: string };

/**
 * Where a link may begin. Only http and https, since other schemes from a peer are a risk. The library requires a
 * space before a link, which Chinese, Japanese and Thai do not write.
 */
const SCHEME = /(?<![\p{Script=Latin}\p{Nd}_])https?:/giu;
/** Quotation marks that neither Unicode nor the library count as punctuation. */
const QUOTES = /[`´❛❜❝❞❟❠]/u;
/** Invisible separators and closing direction marks, which are not part of a link before them. */
const AFTER = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;
/** Direction marks and invisible characters. */
const UNSEEN = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

const linkify = new LinkifyIt();

interface Address {
  readonly from: number;
  readonly to: number;
}

/** The links in a text, in order. */
function* addressesIn(text: string): Generator<Address> {
  let end = 0;
  for (const { index, 0: scheme } of text.matchAll(SCHEME)) {
    const after = index + scheme.length;
    if (index < end) continue;
    const length = linkify.testSchemaAt(text, scheme, after);
    if (length === 0) continue;
    const quote = text.slice(after, after + length).search(QUOTES);
    end = after + (quote < 0 ? length : quote);
    while (end > after && AFTER.test(text[end - 1]!)) end -= 1;
    yield { from: index, to: end };
  }
}

/**
 * Splits a text into plain text and links. The text is never parsed as markup. Linear, but meant for the visible
 * slice.
 */
export function piecesOf(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const { from, to } of addressesIn(text)) {
    const address = text.slice(from, to);
    const href = hrefOf(address, text.slice(to, to + 100));
    if (!href) continue;
    if (from > end) pieces.push({ text: text.slice(end, from) });
    pieces.push({ text: address.replace(UNSEEN, encodeURIComponent), href });
    end = to;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

function hrefOf(address: string, after: string): string | null {
  // What looks like the host is a user name, so the link would lead elsewhere.
  if (/^(?::[^\s/]*)?@/u.test(after)) return null;
  try {
    const url = new URL(address);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** The slice of a text that begins at `from`, and what is drawn of it. It does not end inside an address. */
export function drawSlice(text: string, from: number): Slice & { readonly drawn: readonly unknown[] } {
  const { to } = sliceAt(text, from);
  if (to === text.length || /\s/u.test(text[to - 1]!))
    return { from, to, drawn: drawPieces(text.slice(from, to)) };
  for (const address of addressesIn(text.slice(from, to + LONGEST_ADDRESS))) {
    const [begin, end] = [from + address.from, from + address.to];
    if (begin >= to) break;
    if (end <= to) continue;
    if (begin > from && end - begin < LONGEST_ADDRESS)
      return { from, to: begin, drawn: drawPieces(text.slice(from, begin)) };
    // Its end is beyond the slice, and half a link would lead elsewhere, so it is drawn as text.
    return { from, to, drawn: [...drawPieces(text.slice(from, begin)), text.slice(begin, to)] };
  }
  return { from, to, drawn: drawPieces(text.slice(from, to)) };
}

/** Renders links: another site opens in a new tab without opener and referrer. */
function drawPieces(text: string): (string | TemplateResult)[] {
  return piecesOf(text).map((piece) => {
    if (!piece.href) return piece.text;
    const isInternal = new URL(piece.href).origin === location.origin;
    return isInternal
      ? html`<a part="link" href=${piece.href}>${piece.text}</a>`
      : html`<a part="link" href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.text}</a>`;
  });
}
