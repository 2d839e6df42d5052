// An ESLint rule: sentences for people stand in locale/ alone. What only developers read is exempt: thrown errors,
// warnings, and what goes to the console.

/** A text that begins like a sentence and has three words, or ends like one and has two. */
const SENTENCE =
  /^\s*[“(]?\p{Lu}[\p{L}\p{M}’']*(?:[\s,:;–-]+["“(]?[\p{L}\d][\p{L}\p{M}\d’'.-]*["”)]?){2,}|\p{L}{2,}[,:;]? [\p{L}\d’'“”]+[^<>{}]*[.…?!]$/u;
/** A name, or whatever else is put in, and at least two words behind it. */
const BEGUN = /^x \p{L}+ \p{L}{2,}/u;
/** Words between tags, and in attributes that are read out. */
const WORD = /\p{L}{2,}/u;
const READ_OUT = /\b(?:aria-label|aria-description|title|placeholder|alt)="([^"]*)"/gu;

const forDevelopers = ({ type, callee }) => {
  if (type === 'ThrowStatement') return true;
  if (type === 'NewExpression') return /(?:Error|Refusal)$/.test(callee.name ?? '');
  if (type !== 'CallExpression') return false;
  // The constructor of an error.
  if (callee.type === 'Super') return true;
  return callee.type === 'MemberExpression'
    ? callee.object.name === 'console'
    : /^warn/.test(callee.name ?? '');
};

/** What a page shows of a template: the text between its tags, and the attributes that are read out. */
function shownOf(quasi) {
  const source = quasi.quasis.map(({ value }) => value.raw).join('\0');
  const attributes = [...source.matchAll(READ_OUT)].map(([, value]) => value);
  const text = source.replace(/<!--[^]*?-->/g, '').replace(/<[^>]*>/g, '\0');
  return [text.replace(/&[a-z]+;/g, ''), ...attributes];
}

export const noSentences = {
  meta: {
    type: 'problem',
    messages: { sentence: 'What people read stands in locale/: {{text}}' },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const isForDevelopers = (node) => sourceCode.getAncestors(node).some(forDevelopers);
    const report = (node, text) =>
      context.report({ node, messageId: 'sentence', data: { text: text.trim().slice(0, 60) } });
    return {
      Literal(node) {
        if (typeof node.value === 'string' && SENTENCE.test(node.value) && !isForDevelopers(node))
          report(node, node.value);
      },
      TemplateLiteral(node) {
        const { parent } = node;
        const tag = parent.type === 'TaggedTemplateExpression' ? parent.tag.name : null;
        if (tag === 'html' || tag === 'svg') {
          for (const text of shownOf(node)) if (WORD.test(text)) report(node, text.replaceAll('\0', ' '));
        } else if (tag === null) {
          // An inserted value counts as a word.
          const text = node.quasis.map(({ value }) => value.cooked).join('x');
          if ((SENTENCE.test(text) || BEGUN.test(text)) && !isForDevelopers(node)) report(node, text);
        }
      },
    };
  },
};
