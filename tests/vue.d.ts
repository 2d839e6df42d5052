// The build for a page without a bundler: the one that the package names for an import asks for `process`.
declare module '@vue/reactivity/dist/reactivity.esm-browser.js' {
  export * from '@vue/reactivity';
}
