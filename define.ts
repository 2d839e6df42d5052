/** Registers every element, each unless its name is taken. */
import './components/message-status/define.ts';
