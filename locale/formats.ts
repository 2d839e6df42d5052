/** What a language file writes numbers with: `Intl`, in the language that is shown. */
export interface Formats {
  /** The language that is shown, e.g. `pt-BR` where the page says so, also where only `pt` was added. */
  readonly language: string;
  /** A number with the digits and the grouping of the language; a dash for what is none. */
  number(value: number): string;
  /** The form that goes with a number. `other` stands for every form that is not given. */
  plural(count: number, forms: PluralForms): string;
}

/** One form per category of the language (`Intl.PluralRules`): English has `one` and `other`. */
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** The formats of one language. */
export function formatsOf(language: string): Formats {
  let numbers: Intl.NumberFormat | undefined;
  let rules: Intl.PluralRules | undefined;
  return {
    language,
    number(value) {
      if (!Number.isFinite(value)) return '–';
      return (numbers ??= new Intl.NumberFormat(language)).format(value);
    },
    plural(count, forms) {
      if (!Number.isFinite(count)) return forms.other;
      return forms[(rules ??= new Intl.PluralRules(language)).select(count)] ?? forms.other;
    },
  };
}
