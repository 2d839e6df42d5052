// What the adapters of several kits share.

/** Adds rules to the page. */
export function style(rules) {
  const element = document.createElement('style');
  element.textContent = rules;
  document.head.append(element);
}

/** The people whose names contain the text, as an app would find them. */
export function filtered(people, text) {
  const wanted = text.toLowerCase();
  return wanted ? people.filter(({ name }) => name.toLowerCase().includes(wanted)) : people;
}
