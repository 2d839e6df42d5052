import type { CSSResultOrNative } from 'lit';

const copies = new WeakMap<Document, Map<CSSResultOrNative, CSSStyleSheet>>();

/**
 * Style sheets that a document can adopt: a constructed sheet belongs to the document it was made in, and is dropped
 * silently when an element is moved into another one (an iframe, a picture-in-picture window). None for a document
 * without a window.
 */
export function sheetsIn(target: Document, styles: readonly CSSResultOrNative[]): CSSStyleSheet[] {
  const made = copies.get(target) ?? new Map<CSSResultOrNative, CSSStyleSheet>();
  copies.set(target, made);
  const sheets: CSSStyleSheet[] = [];
  for (const style of styles) {
    const sheet = made.get(style) ?? copyIn(target, style);
    if (!sheet) continue;
    made.set(style, sheet);
    sheets.push(sheet);
  }
  return sheets;
}

function copyIn(target: Document, style: CSSResultOrNative): CSSStyleSheet | undefined {
  if (target === document) return style instanceof CSSStyleSheet ? style : style.styleSheet;
  const Sheet = target.defaultView?.CSSStyleSheet;
  if (!Sheet) return undefined;
  const text =
    'cssText' in style ? style.cssText : Array.from(style.cssRules, (rule) => rule.cssText).join('\n');
  const sheet = new Sheet();
  sheet.replaceSync(text);
  return sheet;
}
