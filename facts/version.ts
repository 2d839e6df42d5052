/** The version of this library, as package.json has it. */
export const VERSION = '0.1.0';
/** The version of the words between tabs: tabs of two versions do not follow each other. */
export const TAB_WORDS_VERSION = 2;
/** The version of what is stored in the browser. */
export const STORAGE_SCHEMA_VERSION = 3;
