/** The version of this library, as package.json has it. */
export const VERSION = '0.1.0';
/** The version of the messages between tabs: tabs with different versions do not follow each other. */
export const TAB_MESSAGES_VERSION = 3;
/** The version of what is stored in the browser. */
export const STORAGE_SCHEMA_VERSION = 3;
