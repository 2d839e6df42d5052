import type { Rule } from 'eslint';

/** Reports sentences for people outside of locale/. */
export declare const noSentences: Rule.RuleModule;
