// Everything public is documented: what custom-elements.json lists has a sentence, and what an element's source
// offers (parts, slots, events, custom properties, states) is listed.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('custom-elements.json', 'utf8'));
const problems = [];
/** Lit's own members, documented there. */
const LIFECYCLE = new Set([
  ...['connectedCallback', 'disconnectedCallback', 'adoptedCallback', 'attributeChangedCallback'],
  ...['createRenderRoot', 'shouldUpdate', 'willUpdate', 'update', 'render', 'firstUpdated', 'updated'],
  ...['getUpdateComplete', 'formAssociatedCallback', 'formResetCallback', 'formDisabledCallback'],
]);
let elements = 0;

for (const module of manifest.modules) {
  const source = readFileSync(module.path, 'utf8');
  const stylesPath = module.path.replace(/\.ts$/, '.styles.ts');
  let styles = '';
  try {
    styles = readFileSync(stylesPath, 'utf8');
  } catch {
    // An element need not have styles of its own.
  }
  for (const declaration of module.declarations ?? []) {
    if (declaration.kind !== 'class') continue;
    const where = `${module.path}: ${declaration.name}`;
    const complain = (what) => problems.push(`${where}: ${what}`);
    const isElement = !!declaration.customElement;
    if (isElement) elements += 1;
    if (isElement && !declaration.tagName) complain('no @tag or @tagname in the doc block');
    if (isElement && !declaration.summary) complain('no @summary');
    if (!declaration.description && !declaration.summary) complain('no doc block');
    if (isElement && !/@since \d/.test(source)) complain('no @since');

    for (const member of declaration.members ?? []) {
      if (member.privacy === 'private' || member.privacy === 'protected' || member.name.startsWith('#'))
        continue;
      if (member.static || member.inheritedFrom) continue;
      if (LIFECYCLE.has(member.name)) continue;
      if (!member.description) complain(`${member.kind} ${member.name} has no description`);
      if (member.kind === 'field' && !member.type) complain(`field ${member.name} has no type`);
    }
    for (const list of ['events', 'slots', 'cssParts', 'cssProperties', 'cssStates'])
      for (const entry of declaration[list] ?? [])
        if (!entry.description && !entry.inheritedFrom)
          complain(`${list} ${entry.name ?? '(default)'} has no description`);

    if (!isElement) continue;
    const listed = (list) => new Set((declaration[list] ?? []).map(({ name }) => name));
    const used = (pattern, text) =>
      new Set([...text.matchAll(pattern)].flatMap((match) => match[1].split(/\s+/)));
    const missing = (what, found, known) => {
      for (const name of found) if (name && !known.has(name)) complain(`${what} "${name}" is not documented`);
    };
    missing('part', used(/\spart="([^"$]+)"/g, source), listed('cssParts'));
    missing('slot', used(/<slot name="([^"$]+)"/g, source), listed('slots'));
    missing('event', used(/\.(?:request|tell)\(\s*'(p2p-[a-z-]+)'/g, source), listed('events'));
    missing('state', used(/:state\(([\w-]+)\)/g, styles), listed('cssStates'));
    // Tokens are documented once, in tokens.css (these two are some that it does not set); any other custom property is
    // the element's own.
    const tokens = new Set(['--p2p-focus', '--p2p-on-bubble-theirs']);
    for (const [name] of readFileSync('tokens.css', 'utf8').matchAll(/--p2p-[\w-]+(?=:)/g))
      tokens.add(name.replace(/-(light|dark)$/, ''));
    const own = [...used(/var\((--p2p-[\w-]+)/g, `${styles}\n${source}`)].filter((name) => !tokens.has(name));
    missing('custom property', own, listed('cssProperties'));
  }
}

if (elements === 0) problems.push('custom-elements.json lists no element');
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${elements} elements, everything public is documented`);
process.exitCode = problems.length > 0 ? 1 : 0;
