import type { Cell, TabsView } from '../facts/view.ts';
import { createCell } from './cell.ts';

/** What others may see of a group. */
interface Shown {
  readonly role: TabsView['role'];
  readonly epoch: number;
  /** The other tabs that share the link; those of them that are visible. Either may contain this tab, too. */
  readonly tabs: readonly string[];
  readonly visible: readonly string[];
}

/** The cells of a group: its role and size, and whether any of its tabs is visible. */
export interface GroupView {
  readonly view: Cell<TabsView>;
  readonly isAnyVisible: Cell<boolean>;
  show(shown: Shown): void;
  /** A newer version of the library was heard. */
  showOutdated(): void;
}

/** Makes the cells of the group in which this tab has that id. */
export function createGroupView(id: string, isVisible: () => boolean): GroupView {
  const isAnyVisible = createCell(isVisible());
  const view = createCell<TabsView>({ role: 'joining', epoch: 0, tabs: 1, isOutdated: false });
  return {
    view,
    isAnyVisible,
    show({ role, epoch, tabs, visible }) {
      const { isOutdated } = view.value;
      view.set({ role, epoch, tabs: new Set([id, ...tabs]).size, isOutdated });
      isAnyVisible.set(isVisible() || visible.some((tab) => tab !== id));
    },
    showOutdated: () => view.set({ ...view.value, isOutdated: true }),
  };
}
